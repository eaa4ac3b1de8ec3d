import { parseGroupRoles } from './group-roles.js';

describe('the roles of groups', () => {
  it.each([
    ['interviewers=viewer', [{ group: 'interviewers', organization: null, role: 'viewer' }]],
    [
      'a=acme:admin, b = globex-2:scheduler ,',
      [
        { group: 'a', organization: 'acme', role: 'admin' },
        { group: 'b', organization: 'globex-2', role: 'scheduler' },
      ],
    ],
    [
      '/Acme/HR team=viewer\n/Acme/Ops=admin\n',
      [
        { group: '/Acme/HR team', organization: null, role: 'viewer' },
        { group: '/Acme/Ops', organization: null, role: 'admin' },
      ],
    ],
    ['app:hr=acme:viewer', [{ group: 'app:hr', organization: 'acme', role: 'viewer' }]],
    ['cn=hr=viewer', [{ group: 'cn=hr', organization: null, role: 'viewer' }]],
    [
      '"CN=Hiring, EMEA,OU=Groups,DC=acme"=acme:scheduler,"say ""yes"""=viewer',
      [
        { group: 'CN=Hiring, EMEA,OU=Groups,DC=acme', organization: 'acme', role: 'scheduler' },
        { group: 'say "yes"', organization: null, role: 'viewer' },
      ],
    ],
    ['Führung 北京=admin', [{ group: 'Führung 北京', organization: null, role: 'admin' }]],
  ])('reads %j', (text, expected) => {
    expect(parseGroupRoles(text)).toEqual(expected);
  });

  it.each(['a', 'a=', '=admin', 'a=owner', 'a=Admin', 'a=acme:', 'a=acme:owner', 'CN=a,OU=b=admin', '"a=admin'])(
    'does not guess at %j',
    (text) => expect(parseGroupRoles(text)).toBeNull(),
  );
});
