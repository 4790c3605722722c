import type { FileFormat } from './importing.ts';

/** The formats that are understood: what each is for, and the shortest example of it. */
export const formats: Readonly<
  Record<FileFormat, { readonly name: string; readonly says: string; readonly example: string }>
> = {
  cupit: {
    name: 'CUP IT JSONL',
    says: 'One post on a line with its comments. The score is the place, 0 is best; votes do as well.',
    example:
      '{"text": "What to cook?", "comments": [{"text": "Soup, with bread.", "score": 0}, {"text": "No idea", "score": 1}]}',
  },
  csv: {
    name: 'CSV',
    says: 'One comment on a row; the first line names the columns. Columns are told apart by commas, semicolons or tabs.',
    example: 'title,text,comment,votes\nDinner,What to cook?,"Soup, with bread.",12',
  },
  pairs: {
    name: 'Pairs',
    says: 'One preference on a line: the post, the better comment and the worse one. JSON lines or CSV.',
    example: '{"prompt": "What to cook?", "chosen": "Soup, with bread.", "rejected": "No idea"}',
  },
  labels: {
    name: 'Labels',
    says: 'One answer on a line, as Tiebreak exports them: to bring in the work of others or of another computer.',
    example:
      '{"text": "What to cook?", "left": "Soup, with bread.", "right": "No idea", "outcome": "left", "annotator": "Ada"}',
  },
};

/** In the order in which they are offered. */
export const formatOrder = Object.keys(formats) as readonly FileFormat[];
