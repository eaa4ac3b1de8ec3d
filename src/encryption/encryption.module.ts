import { Global, Module } from '@nestjs/common';
import { Fingerprints } from './fingerprints.service.js';
import { Vault } from './vault.service.js';

@Global()
@Module({ providers: [Vault, Fingerprints], exports: [Vault, Fingerprints] })
export class EncryptionModule {}
