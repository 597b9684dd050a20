"""The local certificate: kept, renewed in time and for new addresses, always of the same authority."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from server.demo.local_certificate import LASTS, certificate_for

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HERE = ("192.0.2.7", "localhost", "127.0.0.1")


def test_is_kept_and_renewed(tmp_path: Path) -> None:
    first = certificate_for(HERE, tmp_path, NOW)
    content, authority = first.certificate.read_bytes(), first.authority.read_bytes()
    assert certificate_for(HERE, tmp_path, NOW + timedelta(days=100)).certificate.read_bytes() == content
    other = certificate_for(("192.0.2.8", "localhost", "127.0.0.1"), tmp_path, NOW)
    assert other.certificate.read_bytes() != content and other.authority.read_bytes() == authority
    certificate_for(HERE, tmp_path, NOW)
    assert certificate_for(HERE, tmp_path, NOW + LASTS).certificate.read_bytes() != content


def test_names_the_address_and_lasts_a_year_at_most(tmp_path: Path) -> None:
    made = certificate_for(HERE, tmp_path, NOW)
    certificate = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == set(HERE)
    assert certificate.not_valid_after_utc - NOW <= LASTS
    assert made.key.stat().st_mode & 0o77 == 0
