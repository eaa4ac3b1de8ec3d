import * as cheerio from 'cheerio';

/** A draft as it is on the screen. */
export interface SeenDraft {
  readonly path: string;
  readonly form: { readonly revision: string; readonly subject: string; readonly message: string };
  /** Of the mail in the preview. */
  readonly subject: string;
}

type Form = Record<string, string> | [string, string][];

/** One tab of a browser on one replica; cheaper than an agent of supertest where there are thousands of requests. */
export class DraftTab {
  constructor(
    private readonly url: string,
    private readonly cookie: string,
  ) {}

  /** In the session that `cookie` names, on each of the replicas. */
  static async signIn(urls: readonly string[], email: string, password: string): Promise<DraftTab[]> {
    const { headers } = await new DraftTab(urls[0]!, '').post('/sign-in', { email, password });
    const cookie = headers
      .getSetCookie()
      .map((line) => line.split(';')[0]!)
      .join('; ');
    return urls.map((url) => new DraftTab(url, cookie));
  }

  /** The path of a new draft over these invitations. */
  async begin(invitationIds: readonly string[]): Promise<string> {
    const ids = invitationIds.map((id): [string, string] => ['invitation_ids[]', id]);
    const { headers } = await this.post('/app/scheduling/sends', [...ids, ['event_type_id', '1']]);
    return headers.get('location')!;
  }

  async open(path: string): Promise<SeenDraft> {
    // The parser of browsers would take most of the time.
    const $ = cheerio.load(await this.look(path), { xml: { xmlMode: false, decodeEntities: true } });
    const form = {
      revision: $('#message-form input[name=revision]').attr('value')!,
      subject: $('#subject').attr('value')!,
      message: $('#message').text().replace(/^\n/, ''),
    };
    return { path, form, subject: $('dt:contains("Subject") + dd').first().text() };
  }

  /** Keeps another subject, which the message then says too. */
  async rewrite({ path, form }: SeenDraft, subject: string): Promise<void> {
    await this.post(`${path}/content`, { ...form, subject, message: `${form.message}\n\n${subject}` });
  }

  /** Presses Send; answers whether it was taken, and not refused because of a change. */
  async dispatch({ path, form }: SeenDraft): Promise<boolean> {
    const { status } = await this.post(`${path}/dispatch`, form);
    if (status !== 303 && status !== 422) {
      throw new Error(`Send was answered with ${status}.`);
    }
    return status === 303;
  }

  async look(path: string): Promise<string> {
    const response = await fetch(this.url + path, { headers: { cookie: this.cookie } });
    if (!response.ok) {
      throw new Error(`${path} was answered with ${response.status}.`);
    }
    return response.text();
  }

  private async post(path: string, form: Form): Promise<Response> {
    const headers = { origin: this.url, ...(this.cookie && { cookie: this.cookie }) };
    return fetch(this.url + path, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(form) });
  }
}
