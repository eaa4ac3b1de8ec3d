import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { RenderedMail } from '../templating/mail/render-mail.js';
import { withAsciiDomain } from './ascii-domain.js';
import { keepAsFile } from './captured-file.js';
import { busyMs, EMAIL_TIMINGS, type EmailTimings } from './delivery/email-timings.js';
import { RateGatesService, type GatePass, type Turn } from './delivery/rate-gates.service.js';
import type { DeliveryOutcome } from './transports/delivery-outcome.js';
import { MAIL_TRANSPORT, type FrozenMail, type MailTransport } from './transports/mail-transport.js';

export interface DirectMail extends RenderedMail {
  /** Also the idempotency key: for a day, the same mail again has no further effect. */
  readonly id: string;
  readonly to: string;
}

/** How one attempt ended. Only a code: the provider's own words may name the address. */
export type DirectMailEnd =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly code: string }
  /** It may have gone out all the same. */
  | { readonly kind: 'later'; readonly code: string; readonly waitMs: number };

const patienceMs = 10_000;
const shortestWaitMs = 50;
const onePlainAddress = /^[^\p{Cc}\s<>",;@]+@[^\p{Cc}\s<>",;@]+$/u;

/** One mail past the queue of the candidates' mails, at the pace that all calls keep together. */
@Injectable()
export class DirectMailsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly gates: RateGatesService,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(EMAIL_TIMINGS) private readonly timings: EmailTimings,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async deliver(direct: DirectMail): Promise<DirectMailEnd> {
    if (!onePlainAddress.test(direct.to)) {
      return { kind: 'refused', code: 'no_address' };
    }
    const mail = frozen(direct, this.settings.email.from);
    if (this.transport.name === 'capture') {
      await keepAsFile(this.settings.dataDir, direct.id, mail);
      return { kind: 'taken' };
    }
    const turn = await this.reserve();
    if (!turn.open) {
      return { kind: 'later', code: 'no_turn', waitMs: turn.waitMs ?? busyMs };
    }
    await sleep(Math.max(0, turn.at - performance.now()));
    if (this.gates.isHeld || !(await this.gates.confirm(turn))) {
      await this.gates.giveBack(turn);
      return { kind: 'later', code: 'no_turn', waitMs: busyMs };
    }
    return this.call(direct.id, mail, turn);
  }

  /** While many mails go out, turns are soon taken: who asks once may go without for long. */
  private async reserve(): Promise<GatePass> {
    const until = performance.now() + patienceMs;
    for (;;) {
      const turn = await this.gates.reserve({ forQueued: false });
      const waitMs = turn.open ? 0 : Math.max(shortestWaitMs, turn.waitMs ?? busyMs);
      if (turn.open || performance.now() + waitMs > until) {
        return turn;
      }
      await sleep(waitMs);
    }
  }

  private async call(id: string, mail: FrozenMail, turn: Turn): Promise<DirectMailEnd> {
    const calledAt = performance.now();
    await this.gates.postpone(turn, Math.max(0, calledAt - turn.at + turn.vagueMs));
    const batch = { id, body: JSON.stringify([mail]), emailIds: [id] };
    const { outcome, pace } = await this.transport.deliver(batch, AbortSignal.timeout(this.timings.requestTimeoutMs));
    if (pace) {
      await this.gates.learn(pace, performance.now() - calledAt);
    }
    await this.tellGate(turn, outcome);
    return endOf(outcome);
  }

  /** What is true of this call is true of those with candidates' mails. */
  private async tellGate({ probing }: Turn, outcome: DeliveryOutcome): Promise<void> {
    const { manager } = this.dataSource;
    if (outcome.kind === 'busy') {
      await this.gates.hold(outcome.retryAfterMs ?? busyMs);
    }
    if (outcome.kind === 'paused') {
      await this.gates.pause(manager, outcome.code, outcome.reason, this.timings.pauseMs);
    } else if (probing) {
      await this.gates.resume(manager);
    }
  }
}

function frozen({ id, to, subject, html, text }: DirectMail, from: string): FrozenMail {
  return {
    from,
    to: [withAsciiDomain(to)],
    subject,
    html,
    text,
    headers: { 'X-Entity-Ref-ID': id },
    tags: [],
  };
}

function endOf(outcome: DeliveryOutcome): DirectMailEnd {
  if (outcome.kind === 'answered') {
    const [item] = outcome.items;
    return item?.accepted ? { kind: 'taken' } : { kind: 'refused', code: item?.code ?? 'no_answer' };
  }
  if (outcome.kind === 'conflict') {
    // The provider took it before, in the words of another version.
    return { kind: 'taken' };
  }
  if (outcome.kind === 'refused') {
    return { kind: 'refused', code: outcome.code };
  }
  const asked = 'retryAfterMs' in outcome ? outcome.retryAfterMs : null;
  return { kind: 'later', code: outcome.code, waitMs: asked ?? 0 };
}
