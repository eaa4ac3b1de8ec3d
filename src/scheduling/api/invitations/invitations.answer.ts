import { ApiProperty } from '@nestjs/swagger';

const outcomes = ['created', 'changed', 'unchanged', 'refused'] as const;

class UpsertedInvitation {
  @ApiProperty({ type: String, nullable: true, example: 'C-1001' })
  readonly external_id!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid' })
  readonly invitation_id!: string | null;

  @ApiProperty({ enum: outcomes })
  readonly outcome!: (typeof outcomes)[number];

  @ApiProperty({ type: String, nullable: true, description: 'Why it was refused.' })
  readonly error!: string | null;
}

export class InvitationsAnswer {
  @ApiProperty({ type: [UpsertedInvitation], description: 'In the order of the entries.' })
  readonly data!: UpsertedInvitation[];
}
