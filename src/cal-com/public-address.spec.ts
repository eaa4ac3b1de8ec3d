import { isPublicAddress } from './public-address.js';

describe('a public address', () => {
  it.each([
    'https://interviews.acme.example',
    'https://interviews.acme.example.',
    'https://interviews.acme.example:8443',
    'https://localhost.acme.example',
    'https://93.184.216.34',
    'https://172.15.0.1',
    'https://172.32.0.1',
    'https://100.63.255.255',
    'https://[2606:4700::1111]',
  ])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    'http://interviews.acme.example',
    'https://localhost',
    'https://localhost:3000',
    'https://app.localhost',
    'https://interlude',
    'https://interlude.local',
    'https://interlude.svc.cluster.local.',
    'https://interlude.corp.internal',
    'https://0.0.0.0',
    'https://10.1.2.3',
    'https://100.64.0.1',
    'https://127.0.0.1',
    'https://2130706433',
    'https://127.1',
    'https://169.254.169.254',
    'https://172.16.0.1',
    'https://172.31.255.255',
    'https://192.168.1.1',
    'https://255.255.255.255',
    'https://[::]',
    'https://[::1]',
    'https://[::ffff:10.0.0.1]',
    'https://[fd00::1]',
    'https://[fe80::1]',
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
