/// <reference types="express-session" />
import type { Request } from 'express';

/** One message shown once, on the next page. `strong` opens it in bold, `text` follows. */
export interface Flash {
  readonly tone: 'good' | 'warn' | 'bad' | 'info';
  readonly strong: string;
  readonly text?: string;
}

export interface FlashView extends Required<Flash> {
  readonly icon: string;
  readonly urgent: boolean;
}

declare module 'express-session' {
  interface SessionData {
    flash: Flash;
  }
}

const icons = { good: 'circle-check', warn: 'triangle-alert', bad: 'circle-alert', info: 'info' } as const;

export function leaveFlash(request: Request, flash: Flash): void {
  request.session.flash = flash;
}

export function takeFlash(request: Request): FlashView | null {
  const flash = request.session?.flash;
  if (!flash) {
    return null;
  }
  delete request.session.flash;
  return flashView(flash);
}

export function flashView(flash: Flash): FlashView {
  return { text: '', ...flash, icon: icons[flash.tone], urgent: flash.tone === 'bad' };
}
