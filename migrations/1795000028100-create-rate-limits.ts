import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRateLimits1795000028100 implements MigrationInterface {
  /** Columns and their order are those of `rate-limiter-flexible`, which names none when it inserts. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table rate_limits (
        key varchar(255) not null,
        points integer not null default 0,
        expire bigint,
        constraint rate_limits_pk primary key (key)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table rate_limits`);
  }
}
