// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and signatures of RSA made once for these tests, whose secret halves nobody has, and a signer of Ed25519 for
// messages that a test makes up.
#pragma once
#include <string>
#include <string_view>

#include "attest/dkim.hh"
#include "attest/libcrypto.hh"
#include "base/text.hh"

namespace lorelei::attest {

inline constexpr auto kRsa512 =
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAN2DoOngT8CQDC/p0jEd9ZFxOQcvMEAfDmJndBcBjU5JWH3d0yvxXWF4gV"
    "P+HwbJRUoaf09bqZshGTAIJ5yW9BMCAwEAAQ==";
inline constexpr auto kRsa768 =
    "MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhAKgDjmGCKO+AJUpUwgITFwpj9fnq4tyiP6pmFaK+J2MpihixIQ9BcTen8w"
    "s1RtlXGLMCkQlHfLJzCcw+UnYvfxhkK7q3mPM4NNdJ/wm00Bgn5ozWVnzph2ZwQtDWINrfFwIDAQAB";
inline constexpr auto kRsa1024 =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDAEuWCTUn0F1YLTP0YtFsmsIxgbNaHkZwwAksfHjFgHlIwTLCSVn"
    "J/vYV4/Y20w9ls912JU0aUjBkwDRxabci0S1bukLZHzhX3z6XjwFjvfyy9yoDACp0izmuLaZ+C1XVYbh1YYTFKY3ot"
    "kTVMpIvVUGOXO9wOPJrohkWhUNBdoQIDAQAB";
inline constexpr auto kRsa2048 =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqOXrA7ZhaLSgpUD7sZ9Z4q0smK1/TlXVe/jiWbmYciTp3S"
    "Qern+WM8GZnT8wuNPOnaGX3noJO5i9qJjMrll6SMf+KHWZ5uC2gTmSujTInEv4Zu36WtUWSpG3F3pYznrZ3cV8slfG"
    "YRx+NwQ/dGQYHyeauj3swGOVSiVGdL1Jb5/YbxHALbGRwQ74UIvSQawRoGNIecfP5AcSVMERb9FMb2UHTGuw8mIWUi"
    "BlfLcp0ElIp7Lbrk7LPaQuTEsKM8Ev4nqBBwVrMmzfQtB2q9xOzYThXwSXBydhdtFRVSt+skVvobbiAA22gJ9lDZ6U"
    "T2B5uBx5SNZRxXxevx8HyICGnwIDAQAB";
inline constexpr auto kBareRsa2048 =
    "MIIBCgKCAQEAqOXrA7ZhaLSgpUD7sZ9Z4q0smK1/TlXVe/jiWbmYciTp3SQern+WM8GZnT8wuNPOnaGX3noJO5i9qJ"
    "jMrll6SMf+KHWZ5uC2gTmSujTInEv4Zu36WtUWSpG3F3pYznrZ3cV8slfGYRx+NwQ/dGQYHyeauj3swGOVSiVGdL1J"
    "b5/YbxHALbGRwQ74UIvSQawRoGNIecfP5AcSVMERb9FMb2UHTGuw8mIWUiBlfLcp0ElIp7Lbrk7LPaQuTEsKM8Ev4n"
    "qBBwVrMmzfQtB2q9xOzYThXwSXBydhdtFRVSt+skVvobbiAA22gJ9lDZ6UT2B5uBx5SNZRxXxevx8HyICGnwIDAQAB";
inline constexpr auto kSignatureOf1024 =
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=example.org;\r\n"
    " i=@example.org; q=dns/txt; s=r1024; t=1795963808; h=from : subject :\r\n"
    " date; bh=qv7WPZfFv1sYjojxG7uMjPAY6hN1bwq0L6obwl17lpI=;\r\n"
    " b=DPUX0RcbqXMEIcUlRIN6orKWsMYaQpElxeIsVKDP6z92halEPb5MGr0ImM1P/AQSHJ1IJ\r\n"
    " aLxg2C9l9e3inwLqQCm6hAa86rRBzUNh/BFKvL5eTi2roZ0vd8f4+3pVI19ExAp9u6LfNFS\r\n"
    " P9RnkSAZ//314TjOl4pL+pa+h68v5Tg=\r\n";
inline constexpr auto kSignatureOf2048 =
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=example.org;\r\n"
    " i=@example.org; q=dns/txt; s=r2048; t=1795963808; h=from : subject :\r\n"
    " date; bh=qv7WPZfFv1sYjojxG7uMjPAY6hN1bwq0L6obwl17lpI=;\r\n"
    " b=DxasSXS46IMHQNr4v6lBnHlN6W21dIE0dvB4fzv3K3FBBxodiDGvyqIlztyZeJ0SDnNpi\r\n"
    " L8yQ/3yFofIWaiZPVsquV4HwjluhfXog7zG+qDZ/aCmXVUYu3riC3hj044LraWAlzQZkCaw\r\n"
    " t/itd70ZYw52l5tpEcU5vlfDlN/S3UACQD+naOHDYJklnWoNV1kiK/xfJkvWLQC/x7AYo6d\r\n"
    " r66dvVtY1sqsi/7+/D4yDXKiNQB2BiHBio0IDxKxvHKQjDrOLdjZGfQY4EXlf47cUtEDw8D\r\n"
    " T0DlFqIqOhxclOCH1JD6Kd47ahvyO7t/PUEostVYrcX3Es0DQ70IemCq5Ctg==\r\n";
inline constexpr auto kRsaMessage =
    "From: Ann <ann@example.org>\r\nSubject: a patch\r\nDate: Tue, 2 Jan 2024 03:04:05 +0000\r\n\r\n"
    "One line.\r\nAnother.\r\n";

// The key of the worked example, and its record.
inline constexpr auto kEd25519Record = "v=DKIM1; k=ed25519; p=A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
inline std::string ed25519_seed() {
  std::string seed;
  for (char c = 0; c < 32; ++c) seed += c;
  return seed;
}

// message with a DKIM-Signature on top whose tags are these and bh= and b=. Tags that make no signature get any.
inline std::string signed_by_ed25519(const std::string& message, const std::string& tags) {
  const auto parts = read_dkim_message(message);
  DkimSignature signature;
  std::string hash = base64(std::string(32, 'h')), header, bytes(64, 's');
  const auto compose = [&](const std::string& b) {
    return "DKIM-Signature: " + tags + ";\r\n bh=" + hash + ";\r\n b=" + b + "\r\n";
  };
  (void)parse_dkim_signature(compose("AAAA").substr(15), signature);
  BodyHashes body(parts->body);
  const auto length = body.length(signature.body);
  const auto& digest = body.hash(signature.body, std::min(signature.length.value_or(length), length));
  hash = base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  header = compose("AAAA");
  if (parse_dkim_signature(header.substr(15), signature)) {
    std::string hashed;
    HeaderPicker headers(parts->headers);
    headers.restart(parts->headers.size());
    for (const auto& name : signature.headers)
      if (const auto* picked = headers.next(name)) append_canonical_header(hashed, *picked, signature.header);
    append_signature_header(hashed, DkimHeader{"dkim-signature", header}, signature);
    const auto to_sign = sha256(hashed);
    unsigned char open[32], secret[64];
    const auto* sodium_library = *sodium();
    sodium_library->crypto_sign_ed25519_seed_keypair(open, secret,
                                                     reinterpret_cast<const unsigned char*>(ed25519_seed().data()));
    sodium_library->crypto_sign_ed25519_detached(reinterpret_cast<unsigned char*>(bytes.data()), nullptr,
                                                 to_sign.data(), to_sign.size(), secret);
  }
  return compose(base64(bytes)) + message;
}

// Keys that are these records, whatever the name; offline.
inline DkimKeys keys_of(const std::vector<std::string>& records) {
  DkimKeys keys;
  keys.known = [records](const std::string&, std::int64_t) {
    DkimKeyAnswer answer;
    for (const auto& record : records) answer.records.push_back({record, KeySource::kImport, 0, 0});
    if (!records.empty()) answer.state = DkimKeyAnswer::State::kFound;
    return answer;
  };
  return keys;
}

}  // namespace lorelei::attest
