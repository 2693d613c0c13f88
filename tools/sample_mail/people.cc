// SPDX-License-Identifier: GPL-3.0-or-later
#include "sample_mail/people.hh"

namespace lorelei::sample {

const Person& maintainer() {
  static const Person person = {"Ingmar Tildebrook", "ingmar@tildebrook.example.org", -420};
  return person;
}

const Person& floppy_keeper() {
  static const Person person = {"Odalys Fennimore", "odalys@spindle.example.net", 60};
  return person;
}

const Person& build_robot() {
  static const Person person = {"Night Build", "night-build@ci.example.net", 0};
  return person;
}

const Person& pull_robot() {
  static const Person person = {"Pull Watcher", "pull-watcher@ci.example.net", 0};
  return person;
}

const std::vector<Person>& contributors() {
  static const std::vector<Person> people = {
      {"Mirela Quandtner", "mirela.quandtner@corp.example.com", 60},
      {"Thaddeus Okwuosa-Lind", "thaddeus@okwuosa.example.org", 0},
      {"Jürgen Österlind", "juergen@oesterlind.example.net", 120},
      {"Saoirse Vandermolen", "saoirse@vandermolen.example.org", 0},
      {"Bartholomäus Knödel", "bk@kernwerk.example.com", 60},
      {"Pilvi Raudasoja-Heinz", "pilvi@raudasoja.example.net", 180},
      {"Emeka Dromgoole", "emeka.dromgoole@corp.example.com", 330},
      {"Wen Xiaoquan", "xiaoquan.wen@cloud.example.com", 480},
      {"Ferenc Babiczky-Toth", "ferenc@babiczky.example.org", 60},
      {"Lumi Sakkinen", "lumi.sakkinen@corp.example.com", 120},
      {"Мирон Бубенцовский", "miron@bubentsovsky.example.org", 180},
      {"Oriana Castelblanco-Rey", "oriana@castelblanco.example.net", -180},
      {"Halvard Strømsnæs-Lie", "halvard@stromsnaes.example.org", 60},
      {"Keiko Amanogawa-Ross", "keiko@amanogawa.example.com", 540},
      {"Dragan Petkoslavic", "dragan@petkoslavic.example.net", 60},
      {"Agathe du Pré-Marchand", "agathe@dupre.example.org", 60},
      {"Zbigniew Krężel-Wola", "zk@krezel.example.net", 60},
      {"Philippa Hollowbrook", "philippa.hollowbrook@corp.example.com", -300},
      {"Tobias Ankerwirth", "tobias@ankerwirth.example.org", 60},
      {"Nkechi Alabaster", "nkechi@alabaster.example.com", 60},
      {"Ruaridh MacGillechriosd-Bell", "ruaridh@bell.example.net", 0},
      {"Estelle Quimperle-Vasseur", "estelle@quimperle.example.org", 60},
      {"Ivo Hranice-Novak", "ivo@hranice.example.net", 120},
      {"Marguerite Falkenrath", "marguerite@falkenrath.example.com", -240},
      {"Sanjeevani Rao-Thistle", "sanjeevani@thistle.example.org", 330},
      {"Cornelis van Zwartsluis", "cornelis@zwartsluis.example.net", 60},
      {"Anneli Kukkopuro", "anneli@kukkopuro.example.org", 180},
      {"Lorcan Featherstonehaugh", "lorcan@featherstone.example.com", -480},
  };
  return people;
}

}  // namespace lorelei::sample
