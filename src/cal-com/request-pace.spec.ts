import { RequestPace } from './request-pace.js';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 13, 2) + seconds * 1000);

describe('RequestPace', () => {
  it('lets a few go at once and spaces the rest', () => {
    const pace = new RequestPace(60);
    const turns = Array.from({ length: 13 }, () => pace.takeTurn(at(0)));
    expect(turns.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => ({ waitMs: 0 })));
    expect(turns.slice(11)).toEqual([{ waitMs: 1000 }, { waitMs: 2000 }]);
  });

  it('sends nobody to wait longer than three seconds, and says when to come back', () => {
    const pace = new RequestPace(60);
    for (let call = 0; call < 14; call++) pace.takeTurn(at(0));
    expect(pace.takeTurn(at(0))).toEqual({ until: at(4) });
    expect(pace.takeTurn(at(4))).toEqual({ waitMs: 0 });
  });

  it('stays below the 120 calls in any minute that Cal.com allows', () => {
    const pace = new RequestPace(100);
    const sentAtMs: number[] = [];
    for (let tenths = 0; tenths < 3000; tenths++) {
      const turn = pace.takeTurn(at(tenths / 10));
      if ('waitMs' in turn) sentAtMs.push(tenths * 100 + turn.waitMs);
    }
    const busiest = Math.max(
      ...sentAtMs.map((from) => sentAtMs.filter((ms) => ms >= from && ms < from + 60_000).length),
    );
    expect(busiest).toBeLessThan(120);
    expect(busiest).toBeGreaterThanOrEqual(100);
  });

  it('lets nobody through while it is blocked, and never shortens a block', () => {
    const pace = new RequestPace(100);
    pace.block(at(60));
    pace.block(at(20));
    expect(pace.takeTurn(at(59))).toEqual({ until: at(60) });
    expect(pace.takeTurn(at(60))).toEqual({ waitMs: 0 });
  });
});
