import { peopleOf } from '../app/comparing/people.ts';
import type { House } from '../app/kernel/house.ts';
import { os } from './base.ts';

export const peopleApi = (house: House) =>
  os.people.router({ list: os.people.list.handler(({ signal }) => peopleOf(house, { signal })) });
