import { ApiProperty } from '@nestjs/swagger';
import type { EmailCounts } from '../../sends/send.entity.js';
import { skipReasons } from '../../sends/skip-reasons.js';

const sendStates = ['draft', 'preparing', 'waiting', 'sending', 'paused', 'done', 'cancelled'];
const emailStates = [
  'draft',
  'skipped',
  'queued',
  'sending',
  'accepted',
  'delivered',
  'delayed',
  'bounced',
  'complained',
  'suppressed',
  'failed',
  'cancelled',
  'unknown',
];

class SkippedInvitation {
  @ApiProperty({ format: 'uuid' })
  readonly invitation_id!: string;

  @ApiProperty({ enum: Object.keys(skipReasons), example: 'recent' })
  readonly reason!: string;
}

export class QueuedSendAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly send_id!: string;

  @ApiProperty({ example: '/api/admin/scheduling/sends/2c1f…', description: 'Where to see what became of it.' })
  readonly status_url!: string;

  @ApiProperty({ type: 'integer', description: 'How many emails will be sent.' })
  readonly queued!: number;

  @ApiProperty({ type: [SkippedInvitation] })
  readonly skipped!: SkippedInvitation[];
}

class SentEmail {
  @ApiProperty({ format: 'uuid' })
  readonly email_id!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  readonly invitation_id!: string | null;

  @ApiProperty({ example: 'mina@example.org' })
  readonly to!: string;

  @ApiProperty({ enum: emailStates })
  readonly state!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was skipped, failed, bounced or is unknown.' })
  readonly error!: string | null;
}

export class SendAnswer {
  @ApiProperty({ format: 'uuid' })
  readonly send_id!: string;

  @ApiProperty({ enum: sendStates })
  readonly state!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { accepted: 41, failed: 1 },
    description: 'How many emails of the whole send are in each state.',
  })
  readonly counts!: EmailCounts;

  @ApiProperty({ type: [SentEmail], description: 'In the order of the selection.' })
  readonly emails!: SentEmail[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  readonly next_cursor!: string | null;
}
