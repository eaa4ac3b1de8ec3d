import { api, startApi, type ApiTest } from '../../support/api.js';

interface Candidate {
  readonly invitation_id: string;
  readonly name: string;
  readonly email: string;
  readonly assessment: { readonly id: string; readonly title: string };
  readonly status: string;
  readonly scheduling_status: string;
  readonly booking_link: string | null;
  readonly booking: object | null;
}

const candidates = `${api}/candidates`;
const eventTypes = `${api}/cal-com/event-types`;
const slots = `${api}/cal-com/slots`;

describe('what the API reads', () => {
  let test: ApiTest;

  beforeAll(async () => {
    test = await startApi();
  });
  afterEach(() => test.sandbox.heal());
  afterAll(() => test.stop());

  const list = async (query = '') => {
    const answer = await test.ask('get', `${candidates}${query}`, { as: test.ben });
    expect(answer.status).toBe(200);
    return answer.body as { data: Candidate[]; next_cursor: string | null };
  };

  it('lists every candidate once, page by page, in the order of their names', async () => {
    const seen: Candidate[] = [];
    let query = '?limit=17';
    for (let more = true; more;) {
      const { data, next_cursor } = await list(query);
      seen.push(...data);
      query = `?limit=17&cursor=${next_cursor}`;
      more = next_cursor !== null;
    }
    expect(seen).toHaveLength(60);
    expect(new Set(seen.map((each) => each.invitation_id)).size).toBe(60);
    expect((await list()).data).toEqual(seen);
    expect((await list()).next_cursor).toBeNull();
  });

  it('filters by assessment, status, scheduling status and text', async () => {
    const [first] = (await list()).data;
    const ofAssessment = await list(`?assessment_id=${first!.assessment.id}&status=submitted,reviewed`);
    expect(ofAssessment.data.length).toBeGreaterThan(0);
    for (const each of ofAssessment.data) {
      expect(each.assessment).toEqual(first!.assessment);
      expect(['submitted', 'reviewed']).toContain(each.status);
    }
    expect((await list(`?q=${encodeURIComponent(first!.email.toUpperCase())}`)).data).toEqual([first]);
    expect((await list('?scheduling_status=booked')).data).toEqual([]);
    expect((await list('?scheduling_status=&status=&q=&assessment_id=')).data).toHaveLength(60);
  });

  it('shows the newest open link, the one that a mail would hold', async () => {
    const [id] = await test.ids(1);
    const made = await test.ask('post', `${api}/cal-com/bookings`, { body: { invitation_ids: [id] } });
    const { data } = await list('?scheduling_status=link_ready');
    expect(data).toMatchObject([{ invitation_id: id, booking_link: made.body.data[0].booking_url, booking: null }]);
  });

  it.each([
    ['status=nonsense', 'status'],
    ['status=submitted,nonsense', 'status'],
    ['scheduling_status=nonsense', 'scheduling_status'],
    ['assessment_id=1', 'assessment_id'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=many', 'limit'],
    ['cursor=AAAA', 'cursor'],
    ['q[]=a', 'q'],
    ['q=a%00b', ''],
    ['assesment_id=', 'assesment_id'],
  ])('refuses ?%s, so that no misspelt filter lists everybody', async (query, field) => {
    const refused = await test.ask('get', `${candidates}?${query}`);
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([{ field, message: expect.any(String) }]);
  });

  it('knows only the own organization', async () => {
    const [assessment] = await test.db.query('select id from assessments where org_id = $1', [test.acme.orgId]);
    expect((await test.ask('get', candidates, { as: test.cleo })).body).toEqual({ data: [], next_cursor: null });
    const theirs = await test.ask('get', `${candidates}?assessment_id=${assessment.id}`, { as: test.cleo });
    expect(theirs.status).toBe(404);
    await test.visitor().get(candidates).expect(401);
  });

  it('lists the event types with what to know about each', async () => {
    const answer = await test.ask('get', eventTypes, { as: test.ben });
    expect(answer.body.data).toHaveLength(6);
    expect(answer.body.data).toContainEqual({
      id: 4,
      title: 'Flexible',
      slug: 'flexible',
      length_in_minutes: 30,
      length_in_minutes_options: [15, 30, 60],
      booking_url: `${test.sandbox.url}/acme-interviews/flexible`,
      warnings: [],
    });
    const final = (answer.body.data as { id: number; warnings: string[] }[]).find(({ id }) => id === 5)!;
    expect(final.warnings).toEqual(['Needs your yes. Each booking waits until a host confirms it.']);
  });

  it('sees an event type that is new at Cal.com, here and in a write', async () => {
    await test.ask('get', eventTypes);
    const [first] = test.sandbox.state.eventTypes;
    test.sandbox.state.eventTypes.push({ ...first!, id: 88, slug: 'brand-new', title: 'Brand new' });
    const [id] = await test.ids(1);
    const made = await test.ask('post', `${api}/cal-com/bookings`, {
      body: { invitation_ids: [id], event_type_id: 88 },
    });
    expect(made.status).toBe(201);
    expect((await test.ask('get', eventTypes)).body.data).toHaveLength(7);
  });

  it('lists the free times of whole days in the zone asked for', async () => {
    const day = test.freeStart().slice(0, 10);
    const answer = await test.ask('get', `${slots}?event_type_id=1&from=${day}&to=${day}&time_zone=Asia/Kolkata`, {
      as: test.ben,
    });
    expect(answer.body.time_zone).toBe('Asia/Kolkata');
    expect(answer.body.data.length).toBeGreaterThan(3);
    for (const slot of answer.body.data as { start_time: string; end_time: string }[]) {
      expect(slot.start_time).toMatch(new RegExp(`^${day}T.*\\+05:30$`));
      expect(Date.parse(slot.end_time) - Date.parse(slot.start_time)).toBe(1_800_000);
    }
    const whereTheOrgIs = await test.ask('get', `${slots}?event_type_id=1&from=${day}&to=${day}`);
    expect(whereTheOrgIs.body.time_zone).toBe('Europe/Berlin');
    const instants = `from=${day}T10:00:00Z&to=${day}T11:00:00Z`;
    expect((await test.ask('get', `${slots}?event_type_id=1&${instants}`)).body.data).toHaveLength(2);
    const long = await test.ask('get', `${slots}?event_type_id=4&length_in_minutes=60&${instants}`);
    expect(Date.parse(long.body.data[0].end_time) - Date.parse(long.body.data[0].start_time)).toBe(3_600_000);
  });

  it.each([
    ['event_type_id=x&from=2030-01-01&to=2030-01-02', 422],
    ['event_type_id=1&from=2030-01-01', 422],
    ['event_type_id=1&from=2030-01-03&to=2030-01-02', 422],
    ['event_type_id=1&from=2030-01-01&to=2030-12-01', 422],
    ['event_type_id=1&from=tomorrow&to=2030-01-02', 422],
    ['event_type_id=1&from=2030-01-01&to=2030-01-02&time_zone=Mars/Base', 422],
    ['event_type_id=4&from=2030-01-01&to=2030-01-02&length_in_minutes=45', 422],
    ['event_type_id=7&from=2030-01-01&to=2030-01-02', 404],
  ])('answers slots?%s with %s', async (query, status) => {
    expect((await test.ask('get', `${slots}?${query}`)).status).toBe(status);
  });

  it('says why Cal.com could not be asked', async () => {
    const query = 'event_type_id=1&from=2030-01-01&to=2030-01-02';
    const none = await test.ask('get', `${slots}?${query}`, { as: test.cleo });
    expect(none.status).toBe(409);
    expect((await test.ask('get', eventTypes, { as: test.cleo })).status).toBe(409);
    for (const path of [eventTypes, `${slots}?${query}`]) {
      for (const fault of ['down', 'garbage', '500', 'truncated'] as const) {
        test.sandbox.fail(fault, { times: 9 });
        const answer = await test.ask('get', path);
        expect(answer.status).toBe(503);
        expect(answer.body.detail).toMatch(/^Cal\.com /);
        test.sandbox.heal();
      }
    }
    const host = test.sandbox.state.hosts[0]! as { apiKey: string };
    const { apiKey } = host;
    host.apiKey = 'cal_another';
    const refused = await test.ask('get', eventTypes);
    host.apiKey = apiKey;
    expect(refused.body).toMatchObject({ status: 502, detail: 'Cal.com does not accept this key.' });
  });

  it('waits as long as Cal.com asks it to', async () => {
    test.sandbox.fail('429');
    const answer = await test.ask('get', eventTypes);
    expect(answer.status).toBe(503);
    expect(answer.body.detail).toMatch(/^Cal\.com asks for a pause\. Try again in \d+ seconds\.$/);
  });
});
