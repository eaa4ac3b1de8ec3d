import { parse } from 'node:querystring';
import { readFields } from './form-body.js';

describe('what a form posts', () => {
  it.each([
    ['', {}],
    ['name=Asha+Menon&note=', { name: 'Asha Menon', note: '' }],
    ['a=1&&b', { a: '1', b: '' }],
    ['word=%E2%80%99%2B%26%3D&odd=100%&cut=%E2%80', { word: '’+&=', odd: '100%', cut: '\uFFFD' }],
    ['ids[]=1', { ids: ['1'] }],
    ['ids%5B%5D=1&ids%5B%5D=2&x=3', { ids: ['1', '2'], x: '3' }],
    ['ids[0]=1&ids[1]=2', { ids: ['1', '2'] }],
    ['tick=1&tick=2&tick[]=3', { tick: ['1', '2', '3'] }],
    ['deep[a][b]=1', { deep: ['1'] }],
    ['[x]=1&=2', { '[x]': '1', '': '2' }],
  ])('%j is texts and lists of texts', (body, fields) => {
    expect(readFields(parse(body))).toEqual(fields);
  });

  it('touches no prototype', () => {
    const fields = readFields(parse('__proto__=1&__proto__[polluted]=2&constructor[prototype]=3'));
    expect(Object.keys(fields)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
