import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Booking } from './booking.js';
import { type EventType } from './event-type.js';
import { type Host } from './host.js';
import { seedEventTypes, seedHosts } from './seed.js';
import { type Webhook } from './webhook.js';

/** Everything this Cal.com knows. Tests may look in and change it; with a file, it outlives a restart. */
export class SandboxState {
  readonly hosts: Host[];
  readonly eventTypes: EventType[] = seedEventTypes();
  readonly bookings: Booking[] = [];
  readonly webhooks: Webhook[] = [];

  constructor(
    apiKey: string,
    private readonly stateFile: string | null = null,
  ) {
    this.hosts = seedHosts(apiKey);
    if (stateFile && existsSync(stateFile)) this.load(stateFile);
  }

  hostWithKey(apiKey: string): Host | null {
    return this.hosts.find((host) => host.apiKey === apiKey) ?? null;
  }

  hostOf(owned: EventType | Booking): Host {
    const id = 'ownerId' in owned ? owned.ownerId : owned.hostId;
    const host = this.hosts.find((host) => host.id === id);
    if (!host) throw new Error(`no host ${id}`);
    return host;
  }

  eventType(id: number): EventType | null {
    return this.eventTypes.find((eventType) => eventType.id === id) ?? null;
  }

  eventTypeAt(username: string, slug: string): EventType | null {
    const host = this.hosts.find((host) => host.username === username);
    return this.eventTypes.find((eventType) => eventType.ownerId === host?.id && eventType.slug === slug) ?? null;
  }

  booking(uid: string): Booking | null {
    return this.bookings.find((booking) => booking.uid === uid) ?? null;
  }

  nextBookingId(): number {
    return (this.bookings.at(-1)?.id ?? 0) + 1;
  }

  /** To be called after every change that a restart should not undo. */
  save(): void {
    if (!this.stateFile) return;
    mkdirSync(dirname(this.stateFile), { recursive: true });
    const draft = `${this.stateFile}.new`;
    writeFileSync(draft, JSON.stringify({ bookings: this.bookings, webhooks: this.webhooks }));
    renameSync(draft, this.stateFile);
  }

  private load(stateFile: string): void {
    const saved = JSON.parse(readFileSync(stateFile, 'utf8')) as { bookings: Booking[]; webhooks: Webhook[] };
    this.bookings.push(...saved.bookings);
    this.webhooks.push(...saved.webhooks);
  }
}
