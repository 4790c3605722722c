/** A few pairs of the bundled sample (resources/sample, CC BY 4.0: its ATTRIBUTION.md), told apart clearly by people: shown before there is a store to ask. */

/** A comment with what people gave it: a mean rating, or the share of its comparisons that it won. */
type Side = { readonly text: string; readonly votes: number };

type SamplePair = {
  readonly post: string;
  readonly left: Side;
  readonly right: Side;
  readonly measure: 'rating' | 'won';
};

export const samplePairs: readonly [SamplePair, ...SamplePair[]] = [
  {
    post: 'Should physical education be mandatory in schools? Side: No!',
    left: { text: 'I HATE P.E. I have to run so much and I hate it soooo much!!!!!', votes: 0.0417 },
    right: {
      text: 'Core classes are more important. Kids should be more focused on learning, and the competitiveness can cause bullying.',
      votes: 0.605,
    },
    measure: 'won',
  },
  {
    post: 'Cartoon caption contest: A fish and a bird facing each other.',
    left: { text: 'Sometimes it would be nice if we could stay at my place instead.', votes: 1.5969 },
    right: { text: "It's no more remarkable than being a rat with wings.", votes: 1.1111 },
    measure: 'rating',
  },
  {
    post: 'Cartoon caption contest: A person driving a jet as his car is pulled over by a policeman.',
    left: { text: "Never mind what I've got under my hood. License and registration.", votes: 1.125 },
    right: { text: 'Sir, do you realize you were going 6,500 in a 50-mile zone?', votes: 1.5604 },
    measure: 'rating',
  },
  {
    post: 'Cartoon caption contest: A woman talking to a man behind a desk with many owls on top of it.',
    left: { text: "They're here for the branch manager position.", votes: 1.5 },
    right: { text: 'Lets concentrate on WHAT,WHEN,WHERE and HOW.', votes: 1.193 },
    measure: 'rating',
  },
];

/** Which side people preferred. */
export const preferredSide = ({ left, right }: SamplePair): 'left' | 'right' =>
  left.votes > right.votes ? 'left' : 'right';
