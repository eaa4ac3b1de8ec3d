import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A confirmation belongs to a booking, and to no send. That a booking has at most one is for the database to say: many
 * things store a booking, often at once.
 */
export class AddConfirmationMails1795000025100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table orgs add column confirmation_mails_since timestamptz;
      alter table cal_com_bookings add column confirmed_at timestamptz;
      update cal_com_bookings set confirmed_at = coalesce(cal_created_at, created_at)
        where status in ('confirmed', 'no_show');
      alter table emails
        alter column send_id drop not null,
        add column booking_id uuid,
        drop constraint emails_kind,
        add constraint emails_kind check (kind in ('invitation', 'test', 'confirmation')),
        add constraint emails_belongs check (
          case kind when 'confirmation' then booking_id is not null and send_id is null and invitation_id is null
                    else booking_id is null and send_id is not null end),
        add constraint emails_booking foreign key (org_id, booking_id)
          references cal_com_bookings (org_id, id) on delete cascade;
      create unique index emails_one_confirmation on emails (booking_id) where booking_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from emails where kind = 'confirmation';
      drop index emails_one_confirmation;
      alter table emails
        drop constraint emails_booking,
        drop constraint emails_belongs,
        drop constraint emails_kind,
        add constraint emails_kind check (kind in ('invitation', 'test')),
        drop column booking_id,
        alter column send_id set not null;
      alter table cal_com_bookings drop column confirmed_at;
      alter table orgs drop column confirmation_mails_since;
    `);
  }
}
