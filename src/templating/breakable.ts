import Handlebars from 'handlebars';

/** `{{breakable address}}`: an e-mail address that breaks before its "@" where it has to, and not within a word. */
export function breakable(address: string): Handlebars.SafeString {
  return new Handlebars.SafeString(Handlebars.escapeExpression(address).replace('@', '<wbr>@'));
}
