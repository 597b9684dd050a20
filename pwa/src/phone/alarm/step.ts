/** Where the own alarm stands. */
export type AlarmStep = 'none' | 'sending' | 'undelivered' | 'delivered' | 'recorded' | 'acknowledged' | 'resolved'
