import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePasswordResets1795000030100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table password_resets (
        token_hash text not null,
        user_id uuid not null,
        expires_at timestamptz not null,
        closed_at timestamptz,
        constraint password_resets_pk primary key (token_hash),
        constraint password_resets_user foreign key (user_id) references users (id) on delete cascade
      );
      create index password_resets_by_user on password_resets (user_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table password_resets`);
  }
}
