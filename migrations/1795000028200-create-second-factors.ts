import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSecondFactors1795000028200 implements MigrationInterface {
  /** Sessions of before have no generation: everybody signs in once more. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from sessions;
      alter table users add session_generation integer not null default 0;
      create table second_factors (
        user_id uuid not null,
        secret text not null,
        created_at timestamptz not null default now(),
        confirmed_at timestamptz,
        last_step integer,
        constraint second_factors_pk primary key (user_id),
        constraint second_factors_user foreign key (user_id) references users (id) on delete cascade
      );
      create table recovery_codes (
        user_id uuid not null,
        code_hash text not null,
        used_at timestamptz,
        constraint recovery_codes_pk primary key (user_id, code_hash),
        constraint recovery_codes_second_factor foreign key (user_id) references second_factors (user_id) on delete cascade
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table recovery_codes, second_factors;
      alter table users drop session_generation;
    `);
  }
}
