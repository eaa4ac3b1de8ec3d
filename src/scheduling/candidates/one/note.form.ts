import { Transform } from 'class-transformer';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export const longestNote = 2_000;

/** Control characters but for line ends and tabs, and the marks that turn the direction of the text around them. */
const disruptive = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** A browser counts a line end as one character and posts it as two. */
function asTyped(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(disruptive, ' ').trim();
}

export class NoteForm {
  @Transform(({ value }) => (typeof value === 'string' ? asTyped(value) : value))
  @MaxLength(longestNote, { message: `Say it in ${longestNote.toLocaleString('en-GB')} characters or fewer.` })
  @IsNotEmpty({ message: 'Write the note first.' })
  @IsString({ message: 'Write the note first.' })
  readonly note: string = '';
}
