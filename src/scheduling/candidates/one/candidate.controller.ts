import { Body, Controller, ForbiddenException, Get, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import type { Actor } from '../../../shared/actor.js';
import type { Flash } from '../../../web/flash.js';
import { readForm } from '../../../web/forms.js';
import { IdPipe } from '../../../web/id.pipe.js';
import type { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { candidateHref } from '../candidate-place.js';
import { CandidateNotesService, type NoteDeletion } from './candidate-notes.service.js';
import { CandidatePageService } from './candidate-page.service.js';
import { ErasedCandidatePageService } from './erased-candidate-page.service.js';
import { NoteForm } from './note.form.js';

const deletionInWords: Readonly<Partial<Record<NoteDeletion, Flash>>> = {
  deleted: { tone: 'good', strong: 'The note is deleted.' },
  gone: { tone: 'info', strong: 'The note was deleted before.' },
};

/** One candidate: all that happened, what is planned, and what to do about it. */
@Controller('app/candidates/:invitationId')
export class CandidateController {
  constructor(
    private readonly page: CandidatePageService,
    private readonly notes: CandidateNotesService,
    private readonly erased: ErasedCandidatePageService,
  ) {}

  @Get()
  async show(
    @CurrentActor() actor: Actor,
    @Param('invitationId', IdPipe) invitationId: string,
    @Query('timeline') timeline: unknown,
  ): Promise<Page> {
    return (
      (await this.page.show(actor, invitationId, { showsAll: timeline === 'all' })) ??
      (await this.erased.show(actor, invitationId)) ??
      notFound()
    );
  }

  @Needs('scheduler')
  @Post('notes')
  async addNote(
    @CurrentActor() actor: Actor,
    @Param('invitationId', IdPipe) invitationId: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const { form, ...read } = readForm(NoteForm, body);
    if (!read.ok) {
      const note = String(form.note ?? '');
      return (await this.page.show(actor, invitationId, { errors: read.errors, note })) ?? notFound();
    }
    return (await this.notes.add(actor, invitationId, form.note))
      ? new Redirect(candidateHref(invitationId), { tone: 'good', strong: 'The note is kept.' })
      : notFound();
  }

  @Needs('scheduler')
  @Post('notes/:id/deletion')
  async deleteNote(
    @CurrentActor() actor: Actor,
    @Param('invitationId', IdPipe) invitationId: string,
    @Param('id', IdPipe) id: string,
  ): Promise<Redirect> {
    const deletion = await this.notes.delete(actor, invitationId, id);
    if (deletion === 'unknown') {
      throw new NotFoundException();
    }
    if (deletion === 'not_own') {
      throw new ForbiddenException();
    }
    return new Redirect(candidateHref(invitationId), deletionInWords[deletion]);
  }
}

function notFound(): never {
  throw new NotFoundException();
}
