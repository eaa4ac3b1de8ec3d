import { load } from 'cheerio';
import { startApp, type TestApp, type TestPerson } from '../../support/app.js';

const header = 'name,email,assessment,status,submitted_at,time_zone,external_id';
const good = [
  header,
  'Ada Lovelace,ada@example.com,Backend,submitted,2026-11-20,Europe/London,A-1',
  '"Okafor, Chinwe",chinwe@example.org,backend,,,,',
  'Elif Şahin,elif@example.net,Design,reviewed,2026-11-20T16:30:00+03:00,Europe/Istanbul,',
];

interface Stored {
  name: string;
  email: string;
  title: string;
  status: string;
  submitted_at: Date | null;
  time_zone: string | null;
  external_id: string | null;
}

describe('importing candidates', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());
  beforeEach(() => test.db.query('delete from assessments'));

  it('explains the columns and offers a sample file, which goes in as it is', async () => {
    const page = load((await test.dana.agent.get('/app/candidates/import').expect(200)).text);
    expect(page('form[enctype="multipart/form-data"] input[type=file]').attr('id')).toBe('file');
    expect(
      page('code')
        .toArray()
        .map((code) => page(code).text()),
    ).toEqual(header.split(','));
    const sample = await test.dana.agent.get(page('a:contains("Sample file")').attr('href')!).expect(200);
    expect(sample.headers['content-type']).toBe('text/csv; charset=utf-8');
    await importFile(sample.text).expect(303);
    expect(await stored()).toHaveLength(3);
  });

  it('imports a clean file before it answers, and says what it did', async () => {
    await importFile(good.join('\n')).expect(303).expect('location', '/app/scheduling');
    expect(await stored()).toEqual([
      {
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        title: 'Backend',
        status: 'submitted',
        submitted_at: new Date('2026-11-19T23:00:00Z'),
        time_zone: 'Europe/London',
        external_id: 'A-1',
      },
      {
        name: 'Okafor, Chinwe',
        email: 'chinwe@example.org',
        title: 'Backend',
        status: 'invited',
        submitted_at: null,
        time_zone: null,
        external_id: null,
      },
      {
        name: 'Elif Şahin',
        email: 'elif@example.net',
        title: 'Design',
        status: 'reviewed',
        submitted_at: new Date('2026-11-20T13:30:00Z'),
        time_zone: 'Europe/Istanbul',
        external_id: null,
      },
    ]);
    const next = load((await test.dana.agent.get('/app/assessments')).text);
    expect(next('#flash').text()).toContain('3 created, 0 changed, 0 unchanged, 0 refused.');
  });

  it('changes nothing when the same file comes twice', async () => {
    await importFile(good.join('\n')).expect(303);
    const before = await test.db.query('select * from invitations order by id');
    await importFile(good.join('\n')).expect(303);
    expect(await test.db.query('select * from invitations order by id')).toEqual(before);
    const next = load((await test.dana.agent.get('/app/assessments')).text);
    expect(next('#flash').text()).toContain('0 created, 0 changed, 3 unchanged, 0 refused.');
  });

  it('reads a byte order mark, CRLF, other orders and cases of the columns', async () => {
    await importFile('\ufeffEmail,ASSESSMENT,name\r\nada@example.com,Backend,Ada\r\n\r\n,,\r\n').expect(303);
    expect(await stored()).toMatchObject([
      { name: 'Ada', email: 'ada@example.com', title: 'Backend', status: 'invited' },
    ]);
  });

  it('lets the good rows in and lists the bad ones with line and reason', async () => {
    const file = [
      header,
      'Ada,ada@example.com,Backend,,,,',
      'Bo,not an address,Backend,finished,,,',
      '"Cy",cy@example.com,Backend,,,Mars/Olympus,',
      '"two',
      'lines",d@example.com,Backend,,,,',
      'Eve,eve@example.com',
      'Fay,fay@example.com,Backend,,30.11.2026,,',
      '"Gil,gil@example.com,Backend,,,,',
      'Hal,hal@example.com,Backend,,,,',
    ];
    const page = load((await importFile(file.join('\r\n')).expect(200)).text);
    expect((await stored()).map(({ name }) => name)).toEqual(['Ada', 'Hal']);
    expect(page('[role=alert]').text()).toContain('2 created, 0 changed, 0 unchanged, 6 refused.');
    expect(refusals(page)).toEqual([
      [
        3,
        'Bo',
        '"not an address" is not an e-mail address that can be written to: it contains a space. The status "finished" is unknown; write one of invited, started, submitted, reviewed, closed.',
      ],
      [4, 'Cy', 'The time zone "Mars/Olympus" is unknown; write it as Europe/Berlin or America/New_York.'],
      [5, 'two lines', 'The name contains a line break or another control character.'],
      [7, '', 'It has 2 cells where the first row has 7.'],
      [8, 'Fay', 'The submitted_at "30.11.2026" is not a date; write 2026-11-20 or 2026-11-20T16:30:00Z.'],
      [9, '', 'A quotation mark opens a cell here and never closes it.'],
    ]);
  });

  it('answers 422 when every row is refused', async () => {
    const page = load((await importFile(`${header}\nBo,bo,Backend,,,,\n`).expect(422)).text);
    expect(page('[role=alert]').text()).toContain('Nothing was imported.');
    expect(refusals(page)).toHaveLength(1);
    expect(page('input[type=file]')).toHaveLength(1);
    expect(await assessmentCount()).toBe(0);
  });

  it('refuses the second of two rows for one person and names the first', async () => {
    const file = [
      'name,email,assessment,external_id',
      'Ada,ada@example.com,Backend,1',
      'Ada,ADA@example.com,BACKEND,',
      'Ada,ada@example.com,Design,1',
      'Bo,bo@example.com,Backend,1',
    ];
    const page = load((await importFile(file.join('\n')).expect(200)).text);
    expect(refusals(page)).toEqual([
      [3, 'Ada', 'Line 2 already names this candidate for the same assessment.'],
      [5, 'Bo', 'Line 2 already names this candidate for the same assessment.'],
    ]);
    expect((await stored()).map(({ title }) => title)).toEqual(['Backend', 'Design']);
  });

  it('knows a person by external_id, so an address can change', async () => {
    await importFile('name,email,assessment,external_id\nAda,old@example.com,Backend,1').expect(303);
    await importFile('name,email,assessment,external_id\nAda,new@example.com,Backend,1').expect(303);
    expect(await stored()).toMatchObject([{ email: 'new@example.com', external_id: '1' }]);
  });

  it('knows a person by assessment and address where there is no external_id, and learns it later', async () => {
    await importFile('name,email,assessment\nAda,ada@example.com,Backend').expect(303);
    await importFile('name,email,assessment,external_id\nAda L,Ada@example.com,BACKEND,7').expect(303);
    await importFile('name,email,assessment\nAda Lovelace,ada@example.com,Backend').expect(303);
    expect(await stored()).toMatchObject([{ name: 'Ada Lovelace', email: 'ada@example.com', external_id: '7' }]);
  });

  it('keeps what an empty cell or a missing column does not say', async () => {
    await importFile(good.slice(0, 2).join('\n')).expect(303);
    const before = await test.db.query('select * from invitations');
    await importFile(`${header}\nAda Lovelace,ada@example.com,Backend,,,,`).expect(303);
    await importFile('name,email,assessment\nAda Lovelace,ada@example.com,Backend').expect(303);
    expect(await test.db.query('select * from invitations')).toEqual(before);
  });

  it('refuses to mix up two people', async () => {
    const file = 'name,email,assessment,external_id';
    await importFile(`${file}\nAda,ada@example.com,Backend,1\nBo,bo@example.com,Backend,2`).expect(303);
    const before = await stored();
    const page = load(
      (await importFile(`${file}\nAda,bo@example.com,Backend,1\nCy,ada@example.com,Backend,3`).expect(422)).text,
    );
    expect(refusals(page)).toEqual([
      [2, 'Ada', '"bo@example.com" belongs to another candidate of this assessment.'],
      [3, 'Cy', '"ada@example.com" is already there with another external_id than "3".'],
    ]);
    expect(await stored()).toEqual(before);
  });

  it('refuses whoever comes under an address that the same file takes from another', async () => {
    const file = 'name,email,assessment,external_id';
    await importFile(`${file}\nAda,ada@example.com,Backend,1`).expect(303);
    const rows = ['Ada,new@example.com,Backend,1', 'Cy,ada@example.com,Backend,3'];
    expect(refusals(load((await importFile([file, ...rows].join('\n')).expect(200)).text))).toEqual([
      [3, 'Cy', '"ada@example.com" is already there with another external_id than "3".'],
    ]);
    await importFile([file, ...rows].join('\n')).expect(303);
    expect((await stored()).map(({ email }) => email)).toEqual(['ada@example.com', 'new@example.com']);
  });

  it('takes an address without external_id for the candidate who has it, once', async () => {
    const file = 'name,email,assessment,external_id';
    await importFile(`${file}\nAda,ada@example.com,Backend,1`).expect(303);
    const answer = await importFile(`${file}\nAda,new@example.com,Backend,1\nAda L,ada@example.com,Backend,`).expect(
      200,
    );
    expect(refusals(load(answer.text))).toEqual([
      [3, 'Ada L', 'Line 2 already names this candidate for the same assessment.'],
    ]);
    expect(await stored()).toMatchObject([{ name: 'Ada', email: 'new@example.com' }]);
  });

  it('takes candidates of a closed assessment, and leaves it closed', async () => {
    await test.db.query(`insert into assessments (org_id, title, closed_at) values ($1, 'Backend', now())`, [
      test.acme.orgId,
    ]);
    await importFile('name,email,assessment\nAda,ada@example.com,backend').expect(303);
    expect(await stored()).toHaveLength(1);
    expect(await test.db.query('select 1 from assessments where closed_at is not null')).toHaveLength(1);
  });

  it('keeps organizations apart', async () => {
    await importFile(good.join('\n'), test.cleo).expect(303);
    await importFile(good.join('\n')).expect(303);
    expect(await stored(test.globex.orgId)).toHaveLength(3);
    expect(await stored()).toHaveLength(3);
  });

  it('imports the same file once when it is pressed twice at once', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => `Person ${n},p${n}@example.com,Assessment ${n % 3}`);
    const file = ['name,email,assessment', ...rows].join('\n');
    await importFile(['name,email,assessment', ...rows.slice(0, 3)].join('\n')).expect(303);
    const answers = await Promise.all([importFile(file), importFile(file)]);
    expect(answers.map((answer) => answer.status)).toEqual([303, 303]);
    expect(await stored()).toHaveLength(3_000);
    expect(await assessmentCount()).toBe(3);
  });

  it('says with 413 that a file is too large, and how it goes in all the same', async () => {
    const answer = await importFile(`${good.join('\n')}\n${'x'.repeat(5 * 1024 * 1024)}`).expect(413);
    const page = load(answer.text);
    expect(page('#errors a[href="#file"]').text()).toMatch(/larger than 5 MB.*own button.*command/);
    expect(await stored()).toEqual([]);
    expect(await test.db.query('select 1 from candidate_imports')).toEqual([]);
  });

  const utf16 = Buffer.from(`\ufeff${good.join('\n')}`, 'utf16le');
  it.each([
    [
      'semicolons',
      good.map((line) => line.replaceAll('"Okafor, Chinwe"', 'Okafor Chinwe').replaceAll(',', ';')).join('\n'),
    ],
    ['tabs', good.map((line) => line.replaceAll('"Okafor, Chinwe"', 'Okafor Chinwe').replaceAll(',', '\t')).join('\n')],
    ['UTF-16', utf16],
    ['UTF-16 without a mark', utf16.subarray(2)],
    ['UTF-16 the other way round', Buffer.from(utf16).swap16()],
    ['UTF-16 the other way round without a mark', Buffer.from(utf16).swap16().subarray(2)],
  ])('reads a file with %s', async (_, file) => {
    await importFile(file, test.asha).expect(303);
    expect((await stored()).map(({ name }) => name)).toContain('Elif Şahin');
  });

  it('reads Windows-1252, and refuses the lines of a file that are saved otherwise than those above', async () => {
    const line = (name: string, encoding: BufferEncoding) =>
      Buffer.from(`\n${name},${encoding}-${name.length}@example.com,B`, encoding);
    const top = Buffer.from('name,email,assessment');
    const windows = [top, line('José', 'latin1'), line('Åsalind', 'utf8'), line('Zoë', 'latin1'), line('Bo', 'latin1')];
    const page = load((await importFile(Buffer.concat(windows), test.asha).expect(200)).text);
    expect(refusals(page)).toEqual([[3, '', expect.stringContaining('another encoding')]]);
    expect((await stored()).map(({ name }) => name).toSorted()).toEqual(['Bo', 'José', 'Zoë']);
    await test.db.query('delete from assessments');
    const utf8 = [top, line('José', 'utf8'), line('Zoë', 'latin1'), line('Bo', 'utf8')];
    expect(refusals(load((await importFile(Buffer.concat(utf8), test.asha).expect(200)).text))).toEqual([
      [3, '', expect.stringContaining('another encoding')],
    ]);
    expect((await stored()).map(({ name }) => name).toSorted()).toEqual(['Bo', 'José']);
  });

  it('refuses the line alone that is cut in the middle of a letter', async () => {
    const whole = Buffer.from('name,email,assessment\nAda,ada@example.com,Backend\nBo,bo@example.com,Backendé');
    expect(refusals(load((await importFile(whole.subarray(0, -1), test.asha).expect(200)).text))).toEqual([
      [3, '', expect.stringContaining('lost')],
    ]);
  });

  it('says what is wrong with an address, and takes the mark of a text for no part of it', async () => {
    const rows = ["'-7,a b@example.com,B", 'Bo,bo@münchen.example,B', "'=1,ok@example.com,B"];
    const page = load((await importFile(['name,email,assessment', ...rows].join('\n'), test.asha).expect(422)).text);
    expect(refusals(page).map(([, , reason]) => reason)).toEqual([
      expect.stringContaining('it contains a space'),
      expect.stringContaining('write its domain as xn--mnchen-3ya.example'),
      expect.stringContaining('formula'),
    ]);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['empty', '', /empty/],
    ['a header alone', `${header}\n`, /no rows/],
    ['a header without a required column', 'name,assessment\nAda,Backend', /missing: email\./],
    [
      'a header with an unknown column',
      `${header},phone\nAda,ada@example.com,B,,,,,1`,
      /Unknown in the first row: "phone"/,
    ],
    ['without a header', 'Ada,ada@example.com,Backend', /missing: name, email, assessment\./],
    ['with bars', 'name|email|assessment\nAda|ada@example.com|Backend', /bars/],
    ['of 10,000 columns', `name,email,assessment,${'x,'.repeat(10_000)}\n`, /10,004 columns/],
    ['of a row that never ends', `name,email,assessment,${'x'.repeat(100_000)}\n`, /longer than/],
    ['of columns named twice', 'name,email,assessment,Email\nAda,ada@example.com,Backend,', /Named twice/],
    ['a workbook', Buffer.from('PK\x03\x04\x14\x00\x06\x00', 'latin1'), /workbook/],
    ['a zip renamed', Buffer.from('PK\x03\x04 some bytes', 'latin1'), /zip/],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n\x00\x00', 'latin1'), /NUL bytes|missing/],
    ['a web page', '<!doctype html>\n<title>Sign in</title>', /web page/],
    ['NUL bytes far down', Buffer.concat([Buffer.from(good.join('\n')), Buffer.alloc(1)]), /NUL bytes/],
    ['too long', `${header}\n${'a,a@example.com,B,,,,\n'.repeat(50_001)}`, /more than 50,000 rows/],
  ])('refuses a whole file that is %s, says why and imports nothing', async (_, file, reason) => {
    const page = load((await importFile(file).expect(422)).text);
    expect(page('#errors a[href="#file"]').text()).toMatch(reason);
    expect(page('#file').attr('aria-invalid')).toBe('true');
    expect(page('form[enctype]').attr('action')).toMatch(/^\/app\/candidates\/import\?/);
    expect(await stored()).toEqual([]);
    expect(await assessmentCount()).toBe(0);
  });

  it('asks for a file when none comes, whatever the form', async () => {
    for (const answer of [
      await test.dana.agent.post('/app/candidates/import'),
      await test.dana.agent.post('/app/candidates/import').type('form').send({ file: 'x' }),
      await test.dana.agent.post('/app/candidates/import').field('file', 'name,email,assessment'),
      await test.dana.agent
        .post('/app/candidates/import')
        .attach('other', Buffer.from(good.join('\n')), 'candidates.csv'),
      await test.dana.agent.post('/app/candidates/import').set('content-type', 'multipart/form-data').send('x'),
      await test.dana.agent
        .post('/app/candidates/import')
        .set('content-type', 'multipart/form-data; boundary=x')
        .send('--x\r\ncut'),
    ]) {
      expect(answer.status).toBe(422);
      expect(load(answer.text)('#errors a[href="#file"]').text()).toMatch(/choose/i);
    }
    expect(await stored()).toEqual([]);
  });

  it('takes no file from a viewer, from another site or from somebody not signed in', async () => {
    await test.ben.agent.get('/app/candidates/import').expect(403);
    await importFile(good.join('\n'), test.ben).expect(403);
    await importFile(good.join('\n')).set('Origin', 'https://evil.example').expect(403);
    await test
      .visitor()
      .post('/app/candidates/import')
      .attach('file', Buffer.from(good.join('\n')), 'candidates.csv')
      .expect(303)
      .expect('location', /^\/sign-in/);
    expect(await stored()).toEqual([]);
  });

  it('places names and reasons as text', async () => {
    const page = await importFile(`${header}\n<img src=x onerror=alert(1)>,<b>,Backend,,,,\n`).expect(422);
    expect(page.text).not.toMatch(/<img|<b>,/);
    expect(refusals(load(page.text))[0]).toEqual([2, '<img src=x onerror=alert(1)>', expect.stringContaining('"<b>"')]);
  });

  it('takes a full-size file while others go on working', async () => {
    const rows = Array.from(
      { length: 50_000 },
      (_, n) => `Person ${n},p${n}@example.com,Assessment ${n % 9},submitted,2026-11-20,Europe/Berlin,x${n}`,
    );
    const importing = importFile([header, ...rows].join('\n')).then((answer) => answer.status);
    const answeredAt = [performance.now()];
    while ((await Promise.race([importing, healthz()])) === 'ok') {
      answeredAt.push(performance.now());
    }
    expect(await importing).toBe(303);
    const gapsMs = answeredAt.slice(1).map((at, index) => at - answeredAt[index]!);
    expect(gapsMs.toSorted((left, right) => left - right)[Math.floor(gapsMs.length / 2)]).toBeLessThan(200);
    const [row] = await test.db.query<{ count: number }[]>('select count(*)::int as count from invitations');
    expect(row!.count).toBe(50_000);
  });

  function importFile(file: string | Buffer, person: TestPerson = test.dana) {
    return person.agent.post('/app/candidates/import').attach('file', Buffer.from(file), 'candidates.csv');
  }

  async function stored(orgId = test.acme.orgId): Promise<Stored[]> {
    return test.db.query<Stored[]>(
      `select i.name, i.email, a.title, i.status, i.submitted_at, i.time_zone, i.external_id
       from invitations i join assessments a on a.id = i.assessment_id where i.org_id = $1 order by a.title, i.email`,
      [orgId],
    );
  }

  async function assessmentCount(): Promise<number> {
    return (await test.db.query<unknown[]>('select 1 from assessments')).length;
  }

  async function healthz(): Promise<'ok'> {
    await fetch(`${test.url}/healthz`);
    return 'ok';
  }
});

function refusals(page: ReturnType<typeof load>): [number, string, string][] {
  return page('section[aria-labelledby="refused-title"] tbody tr')
    .toArray()
    .map((row) => [
      Number(page('th', row).text().replace('Line ', '')),
      page('td', row).first().text(),
      page('td', row).last().text(),
    ]);
}
