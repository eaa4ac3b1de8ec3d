import type { BuiltApp } from '../test/support/built-app.js';

type Form = Readonly<Record<string, string>> | URLSearchParams | FormData;

/** An admin who has signed in: little enough work to measure with. */
export class AdminBrowser {
  private constructor(
    private readonly origin: string,
    private readonly cookie: string,
  ) {}

  static async signIn({ url, environment }: BuiltApp): Promise<AdminBrowser> {
    const form = { email: environment['ADMIN_EMAIL']!, password: environment['ADMIN_PASSWORD']! };
    const answer = await new AdminBrowser(url, '').ask('/sign-in', form);
    const cookies = answer.headers.getSetCookie().map((set) => set.split(';')[0]!);
    return new AdminBrowser(url, cookies.join('; '));
  }

  async page(path: string): Promise<string> {
    const answer = await this.ask(path, null);
    if (answer.status !== 200) {
      throw new Error(`${path} answered ${answer.status}.`);
    }
    return answer.text();
  }

  /** A file, thrown away as it comes; how many bytes it had. */
  async download(path: string): Promise<number> {
    const answer = await this.ask(path, null);
    let bytes = 0;
    for await (const part of answer.body!) {
      bytes += part.length;
    }
    return bytes;
  }

  /** Where the form leads. */
  async post(path: string, form: Form): Promise<string> {
    const answer = await this.ask(path, form);
    await answer.arrayBuffer();
    const location = answer.headers.get('location');
    if (answer.status !== 303 || location === null) {
      throw new Error(`${path} answered ${answer.status}.`);
    }
    return location;
  }

  private async ask(path: string, form: Form | null): Promise<Response> {
    return fetch(`${this.origin}${path}`, {
      method: form ? 'POST' : 'GET',
      body: form && !(form instanceof FormData) ? new URLSearchParams(form) : form,
      headers: { cookie: this.cookie, origin: this.origin },
      redirect: 'manual',
    });
  }
}
