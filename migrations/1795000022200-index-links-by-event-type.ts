import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexLinksByEventType1795000022200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index booking_links_by_event_type on booking_links (org_id, event_type_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index booking_links_by_event_type`);
  }
}
