/** Inline styles by tag: the only kind every mail program keeps. */
export const blockStyles: Readonly<Record<string, string>> = {
  p: 'margin:0 0 16px',
  h1: 'margin:0 0 16px;font-size:22px;line-height:1.3',
  h2: 'margin:24px 0 12px;font-size:18px;line-height:1.3',
  h3: 'margin:24px 0 12px;font-size:16px;line-height:1.3',
  ul: 'margin:0 0 16px;padding:0 0 0 24px',
  ol: 'margin:0 0 16px;padding:0 0 0 24px',
  li: 'margin:0 0 4px',
  blockquote: 'margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #d0d5dd;color:#475467',
  hr: 'margin:24px 0;border:0;border-top:1px solid #d0d5dd',
  pre: 'margin:0 0 16px;white-space:pre-wrap',
  code: 'font-family:ui-monospace,Consolas,monospace;font-size:14px',
};

export const linkStyle = 'color:#1d4ed8;text-decoration:underline;word-break:break-word';

export const buttonStyle =
  'display:inline-block;padding:12px 22px;border-radius:6px;background:#1d4ed8;color:#ffffff;' +
  'font-weight:600;text-decoration:none';
