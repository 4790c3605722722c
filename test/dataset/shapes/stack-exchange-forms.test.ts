import { expect, test } from 'vitest';
import { stackExchange } from '../../../src-main/dataset/shapes/stack-exchange.ts';
import { factsOfFile, inShort } from '../../support/file-facts.ts';

test("the dumps' Posts.xml and Comments.xml", async () => {
  const facts = (await factsOfFile(stackExchange, 'stack-exchange-dump.xml')).flat();
  expect(inShort(facts)).toEqual([
    'post se_1',
    'se_2 votes 9 under se_1',
    'se_3 votes 4 under se_1',
    'left row other-post 1',
  ]);
  expect(facts[0]).toMatchObject({
    post: {
      title: 'Why is my bread dense?',
      text: '<p>My bread is <b>dense</b>.</p>',
      author: 'user 11',
      date: '2023-11-14T22:13:20.000',
      accepted: 'se_3',
      html: true,
    },
  });
  expect(facts[2]).toMatchObject({ comment: { text: '<p>Weigh the flour.</p>', author: 'user77', html: true } });
  expect(inShort((await factsOfFile(stackExchange, 'stack-exchange-dump-comments.xml')).flat())).toEqual([
    'left reply under-a-post 1',
  ]);
});

test('tables of questions and of answers', async () => {
  const questions = (await factsOfFile(stackExchange, 'stack-exchange-table-questions.csv')).flat();
  expect(inShort(questions)).toEqual(['post se_80']);
  expect(questions[0]).toMatchObject({ post: { title: 'Sort a list', accepted: null, author: 'user 26' } });
  const answers = (await factsOfFile(stackExchange, 'stack-exchange-table-answers.csv')).flat();
  expect(inShort(answers)).toEqual(['se_92 votes 13 under se_80', 'se_124 votes 2 under se_80']);
  expect(answers[1]).toMatchObject({ comment: { author: null } });
  const both = (await factsOfFile(stackExchange, 'stack-exchange-bigquery.csv')).flat();
  expect(inShort(both)).toEqual(['post se_201', 'se_202 votes 7 under se_201', 'se_203 votes 1 under se_201']);
  expect(both[0]).toMatchObject({ post: { title: 'Plot a line', accepted: 'se_203', author: 'user 31' } });
  expect(both[1]).toMatchObject({ comment: { author: 'Kit' } });
});

test('what the API answers: comments under an answer are replies, those under a question answer nothing', async () => {
  const facts = (await factsOfFile(stackExchange, 'stack-exchange-items.json')).flat();
  expect(inShort(facts)).toEqual([
    'post se_301',
    '  se_302 votes 6',
    '    se_comment_9 votes 0',
    '  se_303 votes 2',
    'left reply under-a-post 1',
    'se_304 votes 1 under se_301',
    'se_comment_10 votes 3 under se_301 answers se_304',
  ]);
  expect(facts[0]).toMatchObject({
    post: { accepted: 'se_303', author: 'Lea & Co', link: 'https://stackexchange.example/questions/301' },
    comments: [{ text: 'Use a *bowline*.', author: 'Nia' }, { text: '<p>A hitch.</p>' }],
  });
});

test('questions with their answers as a data set of the hub has them', async () => {
  const facts = (await factsOfFile(stackExchange, 'stack-exchange-preferences.jsonl')).flat();
  expect(inShort(facts)).toEqual(['post se_401', '  se_402 votes 3', '  se_403 votes 2']);
  expect(facts[0]).toMatchObject({ post: { text: '<p>Which glue?</p>', accepted: 'se_403', html: true } });
});
