/** An incoming call in a snapshot, as the connector tells a page of it. */
export function ringingCall(id: string, number: string, ring: number) {
  return {
    id,
    call: id,
    direction: 'inbound',
    number,
    name: '',
    line: 'Main',
    phase: 'ringing',
    ring,
    startedAt: new Date().toISOString(),
    answeredAt: null,
    transferredBy: null,
    click: null,
  };
}
