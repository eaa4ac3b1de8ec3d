import { Body, Controller, Get, NotFoundException, Param, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import type { Actor } from '../../shared/actor.js';
import { parseMailTemplate } from '../../templating/mail/parse-mail-template.js';
import type { FieldError } from '../../web/forms.js';
import { IdPipe } from '../../web/id.pipe.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { plural } from '../plural.js';
import { DraftPageService } from './draft-page.service.js';
import { readContent, type ContentForm } from './content.form.js';
import { SendDispatchService } from './send-dispatch.service.js';
import { SendDraftsService } from './send-drafts.service.js';
import type { Send } from './send.entity.js';
import { SendPageService } from './send-page.service.js';
import { SendsService } from './sends.service.js';
import { TestMailService } from './test-mail.service.js';

type Fields = Readonly<Record<string, unknown>>;

const changed: FieldError = {
  field: 'revision',
  message: 'This draft was changed meanwhile, perhaps by a colleague. Look at the preview again.',
};

/** One page for a send's whole life: draft, undo window, progress, result. */
@Controller('app/sends')
export class SendsController {
  constructor(
    private readonly sends: SendsService,
    private readonly drafts: SendDraftsService,
    private readonly dispatcher: SendDispatchService,
    private readonly tests: TestMailService,
    private readonly draftPage: DraftPageService,
    private readonly sendPage: SendPageService,
  ) {}

  @Get()
  list(@CurrentActor() actor: Actor): Promise<Page> {
    return this.sendPage.list(actor);
  }

  @Get(':id')
  async show(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string, @Query() query: Fields): Promise<Page> {
    const found = (await this.sends.find(actor, id)) ?? notFound();
    return found.send.isDraft() ? this.draftPage.show(actor, found, query) : this.sendPage.show(actor, found, query);
  }

  @Needs('scheduler')
  @Post(':id/content')
  async changeContent(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const form = readContent(body);
    const send = await this.draft(actor, id);
    if (send instanceof Redirect) {
      return send;
    }
    return (await this.keep(actor, send, form)) ?? new Redirect(`/app/sends/${id}`);
  }

  @Needs('scheduler')
  @Post(':id/recent')
  async includeRecent(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const send = await this.draft(actor, id);
    if (send instanceof Redirect) {
      return send;
    }
    const included = await this.drafts.includeRecent(actor, id, readContent(body).revision);
    return included ? new Redirect(`/app/sends/${id}`) : this.again(actor, id, null, [changed]);
  }

  @Needs('scheduler')
  @Post(':id/test')
  async test(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const form = readContent(body);
    const send = await this.draft(actor, id);
    if (send instanceof Redirect) {
      return send;
    }
    const refused = await this.keep(actor, send, form);
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
  }

  @Needs('scheduler')
  @Post(':id/dispatch')
  async dispatch(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const form = readContent(body);
    const send = await this.draft(actor, id);
    if (send instanceof Redirect) {
      return send;
    }
    if (form.content && differs(send, form.content)) {
      const refused = await this.keep(actor, send, form);
      return refused ?? this.again(actor, id, null, [unseen]);
    }
    const problems = problemsOf({ subject: send.subject, message: send.body });
    if (problems.length > 0) {
      return this.again(actor, id, null, problems);
    }
    const outcome = await this.dispatcher.dispatch(actor, send, form.revision);
    if (outcome === 'changed') {
      return this.again(actor, id, null, [changed]);
    }
    return new Redirect(
      `/app/sends/${id}`,
      outcome === 'nobody'
        ? { tone: 'warn', strong: 'Nobody was left to send to.', text: 'See below why.' }
        : undefined,
    );
  }

  @Needs('scheduler')
  @Post(':id/cancellation')
  async cancel(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const found = (await this.sends.find(actor, id)) ?? notFound();
    const kept = await this.sends.cancel(actor, id);
    if (found.send.isDraft()) {
      return new Redirect('/app/scheduling', {
        tone: 'info',
        strong: 'The draft is discarded.',
        text: 'Nothing was sent.',
      });
    }
    return new Redirect(`/app/sends/${id}`, {
      tone: kept > 0 ? 'good' : 'info',
      strong: kept > 0 ? `${plural(kept, 'email')} will not leave.` : 'There was nothing left to stop.',
    });
  }

  @Needs('scheduler')
  @Post(':id/retry')
  async retryFailed(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    if (!(await this.sends.find(actor, id))) {
      notFound();
    }
    const retried = await this.sends.retryFailed(actor, id);
    return new Redirect(`/app/sends/${id}`, {
      tone: retried > 0 ? 'good' : 'info',
      strong: retried > 0 ? `${plural(retried, 'email')} will be tried again.` : 'Nothing had failed for certain.',
    });
  }

  /** The draft; where it was sent or discarded meanwhile, the way to what it is now: a second click changes nothing. */
  private async draft(actor: Actor, id: string): Promise<Send | Redirect> {
    const { send } = (await this.sends.find(actor, id)) ?? notFound();
    return send.isDraft() ? send : new Redirect(`/app/sends/${id}`);
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
    const found = (await this.sends.find(actor, id)) ?? notFound();
    return this.draftPage.show(actor, found, {}, { typed, errors });
  }
}

const unseen: FieldError = {
  field: 'message',
  message: 'The message was changed after the preview. Look at the preview below, then send.',
};

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

function notFound(): never {
  throw new NotFoundException();
}
