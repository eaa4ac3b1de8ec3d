import { Controller, Get, Header, Inject } from '@nestjs/common';
import { Public } from '../accounts/access.decorator.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { nameAndAddress } from '../email/mail-from.js';

const path = '.well-known/security.txt';
/** RFC 9116 advises less than a year. */
const validDays = 90;
const dayMs = 24 * 60 * 60 * 1000;

/** Whom to tell of a hole in this installation (RFC 9116). */
@Public()
@Controller(path)
export class SecurityTextController {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  show(): string {
    const { securityContact, publicUrl, email } = this.settings;
    return [
      `Contact: ${securityContact ?? `mailto:${nameAndAddress(email.from).address}`}`,
      `Expires: ${new Date(Date.now() + validDays * dayMs).toISOString()}`,
      `Canonical: ${publicUrl}/${path}`,
      'Preferred-Languages: en',
      '',
    ].join('\n');
  }
}
