import type { CalComSetup, KeySource } from '../../cal-com/cal-com-configs.service.js';

export interface ConnectionView {
  readonly connected: boolean;
  /** There is a key of the organization's own. */
  readonly removable: boolean;
  readonly keyHint: string;
  readonly about: { readonly tone: string; readonly icon: string; readonly strong: string; readonly text: string };
}

export function connectionView(setup: CalComSetup): ConnectionView {
  const account = setup.accountName ? `Signed in as ${setup.accountName}.` : '';
  return {
    connected: setup.keySource === 'own' || setup.keySource === 'environment',
    removable: setup.keySource === 'own' || setup.keySource === 'unreadable',
    keyHint: keyHint(setup),
    about: { ...abouts[setup.keySource], text: `${abouts[setup.keySource].text} ${account}`.trim() },
  };
}

const abouts: Readonly<Record<KeySource, ConnectionView['about']>> = {
  own: { tone: 'info', icon: 'key-round', strong: 'A key of your own is in use.', text: '' },
  environment: {
    tone: 'info',
    icon: 'server',
    strong: 'The key of the server is in use.',
    text: 'It comes from CAL_COM_API_KEY and goes to CAL_COM_API_URL only. A key saved here takes its place.',
  },
  unreadable: {
    tone: 'bad',
    icon: 'circle-alert',
    strong: 'The stored key cannot be read.',
    text: 'The encryption key it was stored with is missing on this server. Enter the API key again.',
  },
  none: {
    tone: 'warn',
    icon: 'unplug',
    strong: 'Not connected yet.',
    text: 'Without Cal.com no booking links can be made.',
  },
};

function keyHint({ keySource, keyLastFour }: CalComSetup): string {
  if (keySource === 'own') {
    const ending = keyLastFour ? `, ending in ${keyLastFour}` : '';
    return `A key is stored${ending}. It is never shown again. Leave this empty to keep it.`;
  }
  return 'Make one in Cal.com under Settings, Developer, API keys. It is stored encrypted and never shown again.';
}
