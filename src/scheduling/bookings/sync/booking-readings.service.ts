import { Injectable } from '@nestjs/common';
import type { CalBooking } from '../../../cal-com/cal-booking.js';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { CalComConnection } from '../../../cal-com/cal-com-connection.js';
import { concernsOneObject } from '../../../cal-com/cal-com-failure.js';
import { success, type CalComOutcome } from '../../../cal-com/cal-com-outcome.js';
import { CalComService } from '../../../cal-com/cal-com.service.js';
import type { Actor } from '../../../shared/actor.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { BookingOwnersService, type Link } from './booking-owners.service.js';

/** What Cal.com said, and what became of it here; `stored` is null where it is none of the organization's business. */
export interface ReadBooking {
  readonly booking: CalBooking;
  readonly stored: CalComBooking | null;
}

/** A booking as Cal.com tells it, and when it was asked. */
export interface Told {
  readonly booking: CalBooking;
  readonly readAt: Date;
}

const longestChain = 10;

/** Takes over what Cal.com says of a booking, together with those it was moved from and to. */
@Injectable()
export class BookingReadingsService {
  constructor(
    private readonly calCom: CalComService,
    private readonly records: BookingRecordsService,
    private readonly owners: BookingOwnersService,
  ) {}

  /** Asks for one booking and stores the answer. One that we know and Cal.com does not is marked as missing. */
  async read(actor: Actor, connection: CalComConnection, uid: string): Promise<CalComOutcome<ReadBooking>> {
    const asked = await this.ask(connection, uid);
    if (!asked.ok) {
      if (asked.failure.kind === 'not-found') {
        await this.records.markMissing(actor, uid);
      }
      return asked;
    }
    return this.take(actor, connection, asked.value);
  }

  /** Stores a booking that was read; `atHand` are others that were read with it and need not be asked for. */
  async take(
    actor: Actor,
    connection: CalComConnection,
    told: Told,
    atHand: ReadonlyMap<string, Told> = new Map(),
  ): Promise<CalComOutcome<ReadBooking>> {
    const chain = await this.chainOf(actor, connection, told, atHand);
    if (!chain.ok) {
      return chain;
    }
    const decided = await this.owners.decide(actor, chain.value.map(linkOf));
    let stored: CalComBooking | null = null;
    for (const each of chain.value.filter(isTold)) {
      const ownership = decided.get(each.booking.uid)!;
      if (ownership.kind === 'not ours') {
        continue;
      }
      const owner = ownership.kind === 'owned' ? ownership.owner : null;
      const recorded = await this.records.record(actor, each.booking, owner, each.readAt);
      stored = each.booking.uid === told.booking.uid ? recorded : stored;
    }
    return success({ booking: told.booking, stored });
  }

  /**
   * The bookings it was moved from and to, the oldest first: as Cal.com tells them where our copy may be behind, else
   * our copy, where the looking ends. One that alone cannot be read is left out. Of what is none of our business nothing
   * more is asked.
   */
  private async chainOf(
    actor: Actor,
    connection: CalComConnection,
    told: Told,
    atHand: ReadonlyMap<string, Told>,
  ): Promise<CalComOutcome<ChainPart[]>> {
    const { rescheduledFromUid, rescheduledToUid } = told.booking;
    if (!(rescheduledFromUid ?? rescheduledToUid) || (await this.isStrange(actor, told.booking))) {
      return success([told]);
    }
    const look = async (uid: string) => {
      const present = atHand.get(uid);
      return present ? success(present) : this.ask(connection, uid);
    };
    const before = await this.walk(actor, told, {
      look,
      neighbourOf: (booking) => booking.rescheduledFromUid,
      isUpToDate: (known) => !known.isOpen(),
    });
    if (!before.ok) {
      return before;
    }
    const after = await this.walk(actor, told, {
      look,
      neighbourOf: (booking) => booking.rescheduledToUid,
      isUpToDate: () => true,
    });
    return after.ok ? success([...before.value.toReversed(), told, ...after.value]) : after;
  }

  private async isStrange(actor: Actor, booking: CalBooking): Promise<boolean> {
    const { uid, rescheduledFromUid } = booking;
    const part = [...(rescheduledFromUid ? [{ uid: rescheduledFromUid }] : []), booking];
    return (await this.owners.decide(actor, part)).get(uid)!.kind === 'not ours' && booking.eventTypeId !== null;
  }

  private async walk(actor: Actor, { booking }: Told, { look, neighbourOf, isUpToDate }: Walk): Promise<Walked> {
    const found: ChainPart[] = [];
    let uid = neighbourOf(booking);
    while (uid && found.length < longestChain) {
      const known = await this.records.find(actor, uid);
      if (known && isUpToDate(known)) {
        return success([...found, known]);
      }
      const asked = await look(uid);
      if (!asked.ok) {
        return concernsOneObject(asked.failure) ? success(known ? [...found, known] : found) : asked;
      }
      found.push(asked.value);
      uid = neighbourOf(asked.value.booking);
    }
    return success(found);
  }

  private async ask(connection: CalComConnection, uid: string): Promise<CalComOutcome<Told>> {
    const readAt = new Date();
    const asked = await this.calCom.getBooking(connection, uid);
    return asked.ok ? success({ booking: asked.value, readAt }) : asked;
  }
}

interface Walk {
  readonly look: (uid: string) => Promise<CalComOutcome<Told>>;
  readonly neighbourOf: (booking: CalBooking) => string | null;
  readonly isUpToDate: (known: CalComBooking) => boolean;
}

type Walked = CalComOutcome<ChainPart[]>;

type ChainPart = Told | CalComBooking;

function isTold(part: ChainPart): part is Told {
  return 'booking' in part;
}

function linkOf(part: ChainPart): Link {
  return isTold(part) ? part.booking : { uid: part.bookingId };
}
