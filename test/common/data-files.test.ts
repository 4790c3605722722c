import { describe, expect, test } from 'vitest';
import { inReadingOrder, sortOut } from '../../src-main/common/data-files.ts';

describe('files of a folder', () => {
  test('are taken by how their names end, posts before comments, numbers as numbers', () => {
    const { taken, left } = sortOut([
      'kites_comments.zst',
      'kites_submissions.zst',
      'RC_2023-01.zst',
      'RS_2023-01.zst',
      'part-10.jsonl.gz',
      'part-9.jsonl.gz',
      'table.XLSX',
      'Posts.xml',
      'data.tar',
      'notes.docx',
    ]);
    expect(taken).toEqual([
      'kites_submissions.zst',
      'Posts.xml',
      'RS_2023-01.zst',
      'part-9.jsonl.gz',
      'part-10.jsonl.gz',
      'table.XLSX',
      'kites_comments.zst',
      'RC_2023-01.zst',
    ]);
    expect(left.map(({ file }) => file)).toEqual(['data.tar', 'notes.docx']);
  });

  test('hidden ones, those being written, and what goes along with data are left alone, with the reason', () => {
    const names = [
      '.hidden.csv',
      '~$table.xlsx',
      '.out.jsonl.a1b2.partial',
      'README.txt',
      'LICENSE',
      'skipped-rows.csv',
      'readme_answers.csv',
    ];
    const { taken, left } = sortOut(names);
    expect(taken).toEqual(['readme_answers.csv']);
    expect(Object.fromEntries(left.map(({ file, why }) => [file, why]))).toMatchObject({
      '.hidden.csv': expect.stringMatching(/hidden/),
      '~$table.xlsx': expect.stringMatching(/being written/),
      'README.txt': expect.stringMatching(/goes along with data/),
      LICENSE: expect.stringMatching(/does not end as files with data do/),
      'skipped-rows.csv': expect.stringMatching(/what Tiebreak wrote/),
    });
  });

  test('named one by one keep their order where nothing is known of them', () => {
    expect(inReadingOrder(['/posts/b.csv', '/posts/a.csv'], (name) => name)).toEqual(['/posts/b.csv', '/posts/a.csv']);
    expect(inReadingOrder(['c/comments.csv', 'c/posts.csv'], (name) => name)).toEqual([
      'c/posts.csv',
      'c/comments.csv',
    ]);
  });
});
