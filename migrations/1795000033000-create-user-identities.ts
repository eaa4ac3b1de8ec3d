import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUserIdentities1795000033000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table user_identities (
        issuer text not null,
        subject text not null,
        user_id uuid not null,
        created_at timestamptz not null default now(),
        constraint user_identities_pk primary key (issuer, subject),
        constraint user_identities_once unique (issuer, user_id),
        constraint user_identities_user foreign key (user_id) references users (id) on delete cascade
      );
      alter table users alter password_hash drop not null;
      alter table memberships add from_provider boolean not null default false;
    `);
  }

  /** Who came by a provider alone cannot come in without it. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table memberships drop from_provider;
      delete from users where password_hash is null;
      alter table users alter password_hash set not null;
      drop table user_identities;
    `);
  }
}
