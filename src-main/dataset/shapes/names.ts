import type { Field } from '../../contract/reading.ts';

/** The usual names of things in other people's files, in one place: the first that is there counts. Case, spaces and signs don't. */

/** Names of a post's own fields, in a row that holds the post or is one of its comments. */
const ofPost = {
  id: [
    'postid',
    'threadid',
    'submissionid',
    'topicid',
    'questionid',
    'storyid',
    'videoid',
    'articleid',
    'linkid',
    'statusid',
    'id',
    'key',
    'beitragid',
  ],
  group: ['group', 'groupid', 'thread'],
  split: ['split', 'subset', 'partition'],
  title: [
    'title',
    'posttitle',
    'threadtitle',
    'topictitle',
    'questiontitle',
    'storytitle',
    'videotitle',
    'articletitle',
    'submissiontitle',
    'subject',
    'headline',
    ...['topic', 'thema', 'sujet', 'titles'],
    ...['titel', 'betreff', 'titre', 'titulo', 'titolo'],
  ],
  context: ['context', 'article', 'articletext'],
} as const;

const postTexts = [
  'text',
  'posttext',
  'postbody',
  'posttextraw',
  'postcontent',
  'post',
  'selftext',
  'submissiontext',
  'submissionbody',
  'submission',
  'questiontext',
  'questionbody',
  'question',
  'threadtext',
  'topictext',
  'storytext',
  'videotext',
  'body',
  'content',
  'message',
  'description',
  'prompt',
  'input',
  'caption',
  'status',
  'video',
  ...['posts', 'questions', 'prompts', 'texts'],
  ...['beitrag', 'beitragstext', 'frage', 'publication', 'texte', 'publicacion', 'pregunta', 'pergunta', 'domanda'],
] as const;
const commentTexts = [
  'comment',
  'commenttext',
  'commentbody',
  'commentcontent',
  'commenttextraw',
  'reply',
  'replytext',
  'replybody',
  'answer',
  'answertext',
  'answerbody',
  'response',
  'responsetext',
  'review',
  'reviewtext',
  'textdisplay',
  'textoriginal',
  ...['kommentar', 'kommentartext', 'antwort', 'antworttext', 'commentaire', 'reponse', 'comentario', 'respuesta'],
  ...['resposta', 'commento', 'risposta', 'reactie', 'antwoord'],
] as const;

/** Columns of texts are called after many as well, and numbers of them too. */
export const plurals: readonly string[] = [
  'comments',
  'replies',
  'answers',
  'responses',
  'reviews',
  'kommentare',
  'antworten',
];

const figures = {
  votes: [
    'votes',
    'upvotes',
    'netvotes',
    'likes',
    'likecount',
    'points',
    'karma',
    'ups',
    'votecount',
    'voteup',
    'upvotecount',
    'numvotes',
    'numlikes',
    'commentvotes',
    'commentlikes',
    'commentkarma',
    'commentpoints',
    'commentups',
    'commentupvotes',
    'answervotes',
    'replyvotes',
    'replylikes',
    'thumbsup',
    'favourites',
    'favorites',
    'favouritescount',
    'favoritescount',
    'favouritecount',
    'favoritecount',
    'reactions',
    'reactioncount',
    'hearts',
    'stars',
    'agrees',
    'helpfulvotes',
    ...[
      'stimmen',
      'punkte',
      'gefalltmir',
      'voix',
      'jaime',
      'mentionsjaime',
      'votos',
      'puntos',
      'megusta',
      'voti',
      'mipiace',
    ],
  ],
  downvotes: [
    'downvotes',
    'downs',
    'dislikes',
    'dislikecount',
    'downvotecount',
    'votedown',
    'numdownvotes',
    'thumbsdown',
  ],
  place: ['place', 'rank', 'position', 'ranking', 'commentrank', 'platz', 'rang', 'posicion', 'classement'],
  score: ['score', 'commentscore', 'answerscore', 'replyscore'],
} as const;

const people = [
  'author',
  'username',
  'user',
  'by',
  'commenter',
  'authorname',
  'authordisplayname',
  'commentauthor',
  'displayname',
  'nickname',
  'poster',
  'login',
  'handle',
  ...['autor', 'autorin', 'verfasser', 'nutzer', 'benutzer', 'auteur', 'utilisateur', 'usuario', 'autore'],
];
const dates = [
  'date',
  'created',
  'createdat',
  'createdutc',
  'creationdate',
  'timestamp',
  'time',
  'datetime',
  'published',
  'publishedat',
  'commentdate',
  'commenttime',
  'postedat',
  'day',
  ...['datum', 'fecha'],
];
const links = ['link', 'url', 'permalink', 'commenturl', 'commentlink'];
const commentIds = ['commentid', 'cid', 'replyid', 'answerid', 'responseid'];

export type Names = Readonly<Partial<Record<Field, readonly string[]>>>;

/** Of a row that is one comment. */
export const ofTable: Names = {
  ...ofPost,
  text: postTexts,
  comment: [...commentTexts, 'body', 'content', 'message', 'text', ...plurals],
  ...figures,
  'comment id': commentIds,
  author: people,
  date: dates,
  link: links,
  'post author': ['postauthor', 'submissionauthor', 'questionauthor', 'threadauthor', 'op'],
  'post date': ['postdate', 'postcreated', 'postcreatedat', 'submissiondate', 'questiondate', 'threaddate'],
  'post link': ['posturl', 'postlink', 'threadurl', 'threadlink', 'questionurl', 'submissionurl', 'videourl'],
  parent: ['parent', 'parentid', 'inreplyto', 'inreplytoid', 'replyto', 'parentcommentid'],
};

/** Of a row that holds its comments in a list. */
export const ofHead: Names = {
  ...ofPost,
  id: ['id', ...ofPost.id.filter((name) => name !== 'id'), 'name', 'guid'],
  text: postTexts,
  'post author': people,
  'post date': dates,
  'post link': links,
};

/** Of a comment in a list. */
export const ofComment: Names = {
  comment: [
    'text',
    'body',
    'content',
    'comment',
    'message',
    ...commentTexts.filter((name) => name !== 'comment'),
    'selftext',
    'description',
    'value',
  ],
  ...figures,
  'comment id': ['id', ...commentIds, 'key', 'name'],
  author: people,
  date: dates,
  link: links,
};

/** Under what the list of comments stands, in a post and in a comment. */
export const lists = [
  'comments',
  'replies',
  'answers',
  'children',
  'commentlist',
  'topcomments',
  'reviews',
  'responses',
];

/** A name as it is looked up: without case, spaces, signs and accents. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Which field each name is, the first name of a field that is there; fields in the order in which they choose. */
export function fieldsByName(given: readonly string[], names: Names): Map<string, Field> {
  const left = new Map(given.map((name) => [plainName(name), name]).reverse() as [string, string][]);
  const found = new Map<string, Field>();
  for (const [field, words] of Object.entries(names) as [Field, readonly string[]][]) {
    const word = words.find((one) => left.has(one));
    if (word === undefined) continue;
    found.set(left.get(word)!, field);
    left.delete(word);
  }
  return found;
}
