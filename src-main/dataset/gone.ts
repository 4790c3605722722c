import { asText } from './as-text.ts';
import { isYes } from './values.ts';

/** How sites and files say that something is deleted: in place of its text, or beside it. */

const gone = [
  ...[
    'deleted',
    'removed',
    'unavailable',
    'dead',
    'flagged',
    'gelöscht',
    'entfernt',
    'supprimée?',
    'effacée?',
    'retirée?',
  ],
  ...[
    'eliminad[oa]',
    'borrad[oa]',
    'removid[oa]',
    'apagad[oa]',
    'excluíd[oa]',
    'cancellat[oa]',
    'eliminat[oa]',
    'rimoss[oa]',
  ],
  ...['verwijderd', 'usunięt[oya]', 'удален[оы]?', 'удалён', 'видалено', 'slettet', 'fjernet', 'borttagen', 'raderad'],
  ...[
    'poistettu',
    'smazáno',
    'silindi',
    '削除済み',
    '削除されました',
    '已删除',
    '已刪除',
    '삭제됨',
    '삭제된 댓글입니다',
  ],
].join('|');
const things =
  'comment|post|message|reply|answer|content|kommentar|beitrag|commentaire|comentario|comentário|commento|reactie';
const goneInBrackets = new RegExp(
  `^[[<(]\\s*(?:(?:this |the )?(?:${things}) (?:was |has been |is )?)?(?:${gone})(?: (?:by|von|par|por|da|door) [^\\]]{1,30})?\\s*[\\])>]$`,
);
/** Sites say it in a sentence as well; where a person could have written it, it is their text. */
const goneInWords =
  /^(?:this )?(?:comment|post|message|reply|answer|content)(?: (?:was|has been|is))? (?:deleted|removed) by (?:the |a |its |an )?(?:user|author|poster|moderators?|mods?|admins?|administrators?|owner|staff|community|automod(?:erator)?|youtube|reddit)\.?$|^this (?:comment|post|message|reply|answer) (?:was|has been|is) (?:deleted|removed)\.?$/;

/** Whether a text is what a site puts in the place of one that is gone. */
export function isPlaceholder(text: string): boolean {
  if (text.length > 80) return false;
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^[*_~]+|[*_~]+$/g, '');
  return goneInBrackets.test(plain) || goneInWords.test(plain);
}

/** Flags by which rows say that something is gone, as plain names. */
const goneFlags = new Set([
  ...[
    'deleted',
    'removed',
    'isdeleted',
    'isremoved',
    'commentdeleted',
    'commentremoved',
    'wasdeleted',
    'deletedat',
    'removedat',
  ],
  'removedbycategory',
]);

/** Whether a field of this plain name says by this value that its comment is gone. A time says so as well. */
export function saysGone(plainName: string, value: unknown): boolean {
  if (!goneFlags.has(plainName)) return false;
  return plainName.endsWith('at') || plainName === 'removedbycategory'
    ? typeof value === 'string' || typeof value === 'number'
      ? !/^(?:0|false|no|null|none|nan|)$/i.test(asText(value).trim())
      : value === true
    : isYes(value);
}
