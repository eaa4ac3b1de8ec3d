import { renderNotice } from './render-notice.js';

const content = {
  subject: '{{inviter_name}} invites you',
  body: 'Hello,\n\n**{{inviter_name}}** invites you to {{org_name}}.\n\n[Accept]({{link}})\n\nOr copy:\n{{link}}\n',
};
const link = 'https://interlude.example/invites/S3cr3t';

describe('a mail in our own words', () => {
  it('is text and HTML, with the link as a button and in full', () => {
    const mail = renderNotice(content, { inviter_name: `Asha O'Connor`, org_name: 'Acme' }, link);
    expect(mail.subject).toBe(`Asha O'Connor invites you`);
    expect(mail.text).toBe(`Hello,\n\nAsha O'Connor invites you to Acme.\n\nAccept: ${link}\n\nOr copy:\n${link}\n`);
    expect(mail.html).toContain('<strong>Asha O&#39;Connor</strong>');
    expect(mail.html).toMatch(new RegExp(`<a href="${link}" style="display:inline-block`));
    expect(mail.html.split(link).length - 1).toBe(3);
  });

  it('takes no value for Markdown, HTML, an address, a name or a line of a header', () => {
    const bad = `[x](https://evil.example) <b>**{{link}}** https://evil.example\r\nBcc: victim@example.com`;
    const mail = renderNotice(content, { inviter_name: bad, org_name: '\uE000=?utf-8?b?x?=' }, link);
    expect(mail.subject).toBe(`${bad.replace('\r\n', ' ')} invites you`);
    expect(mail.html).not.toContain('href="https://evil.example');
    expect(mail.html).toContain('&lt;b&gt;**{{link}}**');
    expect(mail.text).toContain('**{{link}}** https://evil.example Bcc: victim@example.com');
  });

  it('is not made where a value or the link is missing', () => {
    expect(() => renderNotice(content, { inviter_name: 'Asha', org_name: ' ' }, link)).toThrow('org_name');
    expect(() => renderNotice(content, { inviter_name: 'Asha', org_name: 'Acme' }, 'javascript:alert(1)')).toThrow();
  });
});
