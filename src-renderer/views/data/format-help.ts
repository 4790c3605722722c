import type { ImportFormat } from '../../../src-main/contract/calls.ts';

/** The formats that are understood: what a file holds, and the shortest example of it. */
export const formatHelp: Readonly<Record<ImportFormat, { readonly says: string; readonly example: string }>> = {
  cupit: {
    says: 'One post on a line with its comments. The score is the place, 0 is best; votes do as well.',
    example:
      '{"text": "What to cook?", "comments": [{"text": "Soup, with bread.", "score": 0}, {"text": "No idea", "score": 1}]}',
  },
  csv: {
    says: 'One comment on a row; the first line names the columns. Columns are told apart by commas, semicolons or tabs.',
    example: 'title,text,comment,votes\nDinner,What to cook?,"Soup, with bread.",12',
  },
  pairs: {
    says: 'One preference on a line: the post, the better comment and the worse one. JSON Lines or CSV.',
    example: '{"prompt": "What to cook?", "chosen": "Soup, with bread.", "rejected": "No idea"}',
  },
  labels: {
    says: 'One answer on a line, as Tiebreak exports them: to bring in the work of others or of another computer.',
    example:
      '{"text": "What to cook?", "left": "Soup, with bread.", "right": "No idea", "outcome": "left", "annotator": "Ada"}',
  },
  context: {
    says: 'The article or other text that belongs to a post which is here already, by its id; or by its text, where no other post has the same. JSON Lines or CSV. May be chosen together with the posts.',
    example:
      '{"id": "37", "context": "The article that post 37 links to."}\n{"text": "What to cook?", "context": "What is in the fridge."}',
  },
};
