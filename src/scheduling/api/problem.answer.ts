import { ApiProperty } from '@nestjs/swagger';

class FieldProblem {
  @ApiProperty({ example: 'invitation_ids', description: 'Empty where the fault is not in one field.' })
  readonly field!: string;

  @ApiProperty({ example: 'Name at least one invitation.' })
  readonly message!: string;
}

/** RFC 9457. */
export class ProblemAnswer {
  @ApiProperty({ example: 'about:blank' })
  readonly type!: string;

  @ApiProperty({ example: 'Something needs your attention' })
  readonly title!: string;

  @ApiProperty({ type: 'integer', example: 422 })
  readonly status!: number;

  @ApiProperty({ example: 'Name at least one invitation.' })
  readonly detail!: string;

  @ApiProperty({ type: [FieldProblem], required: false })
  readonly errors?: FieldProblem[];
}
