import { Body, Controller, NotFoundException, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { TemplateLibraryService } from '../../email/template-library.service.js';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import type { Actor } from '../../shared/actor.js';
import { parseMailTemplate } from '../../templating/mail/parse-mail-template.js';
import type { FieldError } from '../../web/forms.js';
import { IdPipe } from '../../web/id.pipe.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { readContent, readWriteOnce, type ContentForm } from './content.form.js';
import { DraftPageService } from './draft-page.service.js';
import { SendDispatchService } from './send-dispatch.service.js';
import { SendDraftsService } from './send-drafts.service.js';
import type { Send } from './send.entity.js';
import { SendsService } from './sends.service.js';
import { skipReasons } from './skip-reasons.js';
import { writeOnceField } from './skipped-row.view.js';
import { TestMailService } from './test-mail.service.js';

type Fields = Readonly<Record<string, unknown>>;

const changed: FieldError = {
  field: 'revision',
  message: 'This draft was changed meanwhile, perhaps by a colleague. Look at the preview again.',
};
const gone: FieldError = { field: 'template', message: 'Choose one of the templates listed.' };
const unseen: FieldError = {
  field: 'message',
  message: 'The message was changed after the preview. Look at the preview below, then send.',
};

const unconfirmed = 'Tick the box first: this candidate asked for no more mail.';

/** A send before it is dispatched: its message, its recipients, a test, and the Send button. */
@Needs('scheduler')
@Controller('app/sends')
export class DraftsController {
  constructor(
    private readonly sends: SendsService,
    private readonly drafts: SendDraftsService,
    private readonly dispatcher: SendDispatchService,
    private readonly tests: TestMailService,
    private readonly page: DraftPageService,
    private readonly library: TemplateLibraryService,
  ) {}

  @Post(':id/content')
  async changeContent(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    return this.onDraft(actor, id, async (send) => this.keep(actor, send, readContent(body)));
  }

  /** Takes the text of another template in place of the one that is there. */
  @Post(':id/template')
  async changeTemplate(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    return this.onDraft(actor, id, async () => {
      const chosen = (await this.library.listForSends(actor)).find(({ name }) => name === body['template']);
      if (!chosen) {
        return this.again(actor, id, null, [gone]);
      }
      const { id: templateId, subject, body: text } = await this.library.current(actor, chosen);
      const { revision } = readContent(body);
      const kept = await this.drafts.changeContent(actor, id, revision, { subject, body: text, templateId });
      return kept ? null : this.again(actor, id, null, [changed]);
    });
  }

  @Post(':id/recent')
  async includeRecent(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    return this.onDraft(actor, id, async () => {
      const included = await this.drafts.includeRecent(actor, id, readContent(body).revision);
      return included ? null : this.again(actor, id, null, [changed]);
    });
  }

  @Post(':id/opted-out')
  async writeOnce(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    return this.onDraft(actor, id, async () => {
      const { revision, emailId, confirmed } = readWriteOnce(body);
      if (emailId && !confirmed) {
        return this.again(actor, id, null, [{ field: writeOnceField(emailId), message: unconfirmed }]);
      }
      const written = emailId && (await this.drafts.writeOnce(actor, id, revision, emailId));
      if (!written) {
        throw new NotFoundException();
      }
      return written.kind === 'changed' ? this.again(actor, id, null, [changed]) : onceMore(id, written);
    });
  }

  @Post(':id/test')
  @Limited(routeLimits.testMail)
  async test(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    return this.onDraft(actor, id, async (send) => {
      const refused = await this.keep(actor, send, readContent(body));
      if (refused) {
        return refused;
      }
      const { email, name } = request.person!;
      const mailId = await this.tests.send(actor, id, { email, name });
      return new Redirect(`/app/sends/${id}`, {
        tone: mailId ? 'good' : 'warn',
        strong: mailId ? `A test is on its way to ${email}.` : 'There is nobody whose mail could be tested.',
        text: mailId ? 'Its link is a sample and opens nothing.' : '',
      });
    });
  }

  @Post(':id/dispatch')
  async dispatch(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    return this.onDraft(actor, id, async (send) => {
      const form = readContent(body);
      if (form.content && differs(send, form.content)) {
        return (await this.keep(actor, send, form)) ?? this.again(actor, id, null, [unseen]);
      }
      const problems = problemsOf({ subject: send.subject, message: send.body });
      if (problems.length > 0) {
        return this.again(actor, id, null, problems);
      }
      const outcome = await this.dispatcher.dispatch(actor, send, form.revision);
      if (outcome === 'changed') {
        return this.again(actor, id, null, [changed]);
      }
      const nobody = { tone: 'warn', strong: 'Nobody was left to send to.', text: 'See below why.' } as const;
      return outcome === 'nobody' ? new Redirect(`/app/sends/${id}`, nobody) : null;
    });
  }

  /**
   * Works on the draft and goes back to it. Where it was sent or discarded meanwhile, the way leads to what it is now:
   * a second click changes nothing.
   */
  private async onDraft(
    actor: Actor,
    id: string,
    work: (send: Send) => Promise<Page | Redirect | null>,
  ): Promise<Page | Redirect> {
    const found = await this.sends.find(actor, id);
    if (!found) {
      throw new NotFoundException();
    }
    const answer = found.send.isDraft() ? await work(found.send) : null;
    return answer ?? new Redirect(`/app/sends/${id}`);
  }

  /** Keeps what was typed, or answers with the page that says why not. */
  private async keep(actor: Actor, send: Send, { content, revision }: ContentForm): Promise<Page | null> {
    if (!content || (!differs(send, content) && send.revision === revision)) {
      return null;
    }
    const problems = problemsOf(content);
    if (problems.length > 0) {
      return this.again(actor, send.id, content, problems);
    }
    const { subject, message } = content;
    const kept = await this.drafts.changeContent(actor, send.id, revision, { subject, body: message });
    return kept ? null : this.again(actor, send.id, content, [changed]);
  }

  private async again(
    actor: Actor,
    id: string,
    typed: ContentForm['content'],
    errors: readonly FieldError[],
  ): Promise<Page> {
    const found = await this.sends.find(actor, id);
    if (!found) {
      throw new NotFoundException();
    }
    return this.page.show(actor, found, {}, { typed, errors });
  }
}

function onceMore(id: string, { toName, stillSkipped }: { toName: string; stillSkipped: string | null }): Redirect {
  return new Redirect(
    `/app/sends/${id}`,
    stillSkipped
      ? { tone: 'warn', strong: `${toName} is still skipped.`, text: skipReasons[stillSkipped]?.why ?? '' }
      : { tone: 'good', strong: `${toName} is in this send.`, text: 'They stay opted out of all other mail.' },
  );
}

function differs(send: Send, content: NonNullable<ContentForm['content']>): boolean {
  return send.subject !== content.subject || send.body !== content.message;
}

function problemsOf({ subject, message }: NonNullable<ContentForm['content']>): FieldError[] {
  const parsed = parseMailTemplate({ subject, body: message }, ['booking_link']);
  return parsed.ok
    ? []
    : parsed.problems.map((problem) => ({
        field: problem.field === 'body' ? 'message' : 'subject',
        message: problem.message,
      }));
}
