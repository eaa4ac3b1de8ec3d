export type PlainText = { ok: true; text: string } | { ok: false; fault: string };

/** Line ends, other control characters, and the marks that turn the direction of the text around them. */
const disruptiveCharacters = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const lostCharacter = '\ufffd';

/**
 * Reads one line of text as a person typed it: trimmed, composed (NFC), inner spaces single. `subject` opens the
 * sentence of a fault: `The name`.
 */
export function readPlainText(raw: string, subject: string, maxLength: number): PlainText {
  const text = raw.trim().normalize('NFC');
  const fault = faultOf(text, maxLength);
  return fault ? { ok: false, fault: `${subject} ${fault}.` } : { ok: true, text: text.replace(/\s+/gu, ' ') };
}

/** A name or a title: one line of text that no spreadsheet takes for a formula. */
export function readLabel(raw: string, subject: string, maxLength: number): PlainText {
  const read = readPlainText(raw, subject, maxLength);
  return read.ok && /^[=+@-]/.test(read.text)
    ? { ok: false, fault: `${subject} begins with "${read.text[0]}", which a spreadsheet would run as a formula.` }
    : read;
}

function faultOf(text: string, maxLength: number): string | null {
  if (text === '') {
    return 'is missing';
  }
  if ([...text].length > maxLength) {
    return `is longer than ${maxLength} characters`;
  }
  if (disruptiveCharacters.test(text)) {
    return 'contains a line break or another control character';
  }
  if (text.includes(lostCharacter)) {
    return `contains "${lostCharacter}", which stands for a letter lost when the file was saved`;
  }
  return null;
}

/** A value quoted for an error sentence: short, and without what could break the line. */
export function quoted(value: string, maxLength = 60): string {
  const characters = [...value.replace(new RegExp(disruptiveCharacters, 'gu'), '·')];
  return `"${characters.length > maxLength ? `${characters.slice(0, maxLength).join('')}…` : characters.join('')}"`;
}
