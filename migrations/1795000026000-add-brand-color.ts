import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddBrandColor1795000026000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table orgs
        add brand_color text,
        add constraint orgs_brand_color check (brand_color ~ '^#[0-9a-f]{6}$')
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table orgs drop brand_color`);
  }
}
