import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** What an organization's fingerprints are made with. It is made once, so that they stay true when keys rotate. */
@Entity('fingerprint_keys')
export class FingerprintKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'fingerprint_keys_pk' })
  @ForeignKey('Org', { name: 'fingerprint_keys_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** Ciphertext. */
  @Column('text')
  sealedKey!: string;
}
