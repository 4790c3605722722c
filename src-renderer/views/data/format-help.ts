/** The shapes of our own: what a file holds, and the shortest example of it. */
export const formatHelp: readonly { readonly name: string; readonly says: string; readonly example: string }[] = [
  {
    name: 'Posts, JSON Lines',
    says: 'One post on a line with its comments. Votes and points tell which are better; rank and place do as well, the least is the best.',
    example:
      '{"title": "Dinner", "text": "What to cook?", "comments": [{"text": "Soup, with bread.", "votes": 12}, {"text": "No idea", "votes": 3}]}',
  },
  {
    name: 'Posts, a table',
    says: 'One comment on a row, in CSV, Excel or Parquet; the first line names the columns, by any usual names or by your own.',
    example: 'title,text,comment,votes\nDinner,What to cook?,"Soup, with bread.",12',
  },
  {
    name: 'Pairs',
    says: 'One preference on a row: the post, the better comment and the worse one.',
    example: '{"prompt": "What to cook?", "chosen": "Soup, with bread.", "rejected": "No idea"}',
  },
  {
    name: 'Answers',
    says: 'One answer on a row, as Tiebreak exports them: to bring in the work of others or of another computer.',
    example:
      '{"text": "What to cook?", "left": "Soup, with bread.", "right": "No idea", "outcome": "left", "annotator": "Ada"}',
  },
  {
    name: 'Contexts',
    says: 'The article or other text that belongs to a post which is here already, by its id; or by its text, where no other post has the same. May be chosen together with the posts.',
    example:
      '{"id": "37", "context": "The article that post 37 links to."}\n{"text": "What to cook?", "context": "What is in the fridge."}',
  },
  {
    name: 'Rewards',
    says: 'What one of the models here gave on another machine for comments that are here: the id of the post, the comment, and its reward. The scoring bundle of a model makes such files. Whose they are is said before they come in.',
    example: '{"id": "37", "comment": "Soup, with bread.", "reward": 1.25}',
  },
];
