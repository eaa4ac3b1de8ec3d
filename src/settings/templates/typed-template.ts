/// <reference types="express-session" />
import type { Request } from 'express';
import { randomUUID } from 'node:crypto';
import type { MailContent } from '../../templating/mail/parse-mail-template.js';

/** What somebody wrote and wants to see before it is saved, and the version they began with. */
export interface TypedTemplate extends MailContent {
  readonly revision: number;
}

declare module 'express-session' {
  interface SessionData {
    /** The last one of this session: a browser shows one preview at a time. */
    typedTemplate: TypedTemplate & { readonly id: string; readonly name: string };
  }
}

/** The id to find it again by. */
export function keepTyped(request: Request, name: string, typed: TypedTemplate): string {
  const id = randomUUID();
  request.session.typedTemplate = { ...typed, id, name };
  return id;
}

export function findTyped(request: Request, name: string, id: unknown): TypedTemplate | null {
  const kept = request.session.typedTemplate;
  return kept && kept.id === id && kept.name === name ? kept : null;
}

export function forgetTyped(request: Request): void {
  delete request.session.typedTemplate;
}
