/** Certificates of service: made by a guard himself, looked up by anybody. */
export default {
  certificates: {
    title: 'Certificate of service',
    about: 'Choose months: you get a PDF with a number and a QR code. Whoever scans it hears whether it counts, not your name or hours.',
    from: 'From',
    to: 'To',
    make: 'Make a certificate',
    waiting: 'Waiting…',
    making: 'Being made…',
    failed: 'It could not be made. Please make it again.',
    fetch: 'Download the PDF',
    paper: 'PDF again',
    period: '{since} to {until}',
    time: '{hours} h {minutes} min · {n} duties',
    number: 'Number {number}',
    revoked: 'Revoked {day}: {reason}',
    again: 'Try again',
  },
  genuine: {
    title: 'Is this certificate genuine?',
    number: 'Number',
    looking: 'Looking…',
    yes: 'Genuine',
    yesLong: 'This number is of a certificate of service that Huxue issued.',
    no: 'Revoked',
    noLong: 'The certificate of this number was revoked and counts no more.',
    unknown: 'Unknown number',
    unknownLong: 'No certificate has this number. Please compare it with the paper.',
    issued: 'Issued on',
    revokedOn: 'Revoked on',
    about: 'This page says whether a number counts, and no more. For name and hours read the paper, and look at the stamp.',
    again: 'Try again',
  },
}

export const refusals = {
  bad_months: 'These months do not fit: the first one comes first, and none lies ahead.',
  still_adding_up: 'Something of these months is still being added up. Make it again in a minute.',
  no_service: 'There are no hours of service in these months.',
  certificate_revoked: 'This certificate is revoked.',
  unknown_certificate: 'No certificate has this number.',
}
