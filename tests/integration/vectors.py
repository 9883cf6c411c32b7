"""Secrets to plant: published test vectors only, nobody's money."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import product

from bot.guard.tables import chinese_list, listed_words

# Entropies of the published BIP-39 vectors; every word list makes another phrase of each.
ENTROPIES = (
    "9e885d952ad362caeb4efe34a8e91bd2",
    "6610b25967cdcca9d59875f5cb50b0ea75433311869e930b",
    "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
    "c0ba5a8e914111210f2bd131f3d5e08d",
    "6d9be1ee6ebd27a258115aad99b7317b9c8d28b6d76431c3",
    "9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863",
    "23db8160a31d3e0dca3688ed941adbf3",
    "8197a4a47f0425faeaa69deebc05ca29c0a5b5cc76ceacc0",
    "066dca1a2bb7e8a1db2832148ce9933eea0f3ac9548d793112d9a95c9407efad",
    "f30f8c1da665478f49b001d94c5fc452",
    "f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f",
)
OTHER_ENTROPIES = ("7f" * 16, "7f" * 24, "7f" * 32) * 3 + (
    "c10ec20dc3cd9f652c7fac2f1230f7a3c828389a14392f05",
    "7f" * 16,
)
LANGUAGES = ("en", "zh_simplified", "ja", "ko", "fr", "zh_traditional", "es", "it", "cs", "pt")
UNSPACED = {"zh_simplified", "zh_traditional"}
KEYS = {
    "WIF": "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "xprv": "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMR"
    "NNU3TGtRBeJgk33yuGBxrMPHi",
    "BIP-38": "6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg",
    "hex key": "0c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbc471be89827e19d72aa1d",
    "keystore": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
}
PIN = "73519264"
KEYSTORE_V3 = json.dumps(
    {
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
            "ciphertext": KEYS["keystore"],
            "kdf": "pbkdf2",
            "kdfparams": {
                "c": 262144,
                "dklen": 32,
                "prf": "hmac-sha256",
                "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
            },
            "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
        },
        "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "version": 3,
    }
)


@dataclass(frozen=True)
class Secret:
    """Something planted: ``text`` is what is sent, ``words`` (of a phrase) or ``text`` is hidden.

    ``told`` is the sentence in which a customer would send it.
    """

    name: str
    text: str
    words: tuple[str, ...] = ()
    told: str = ""

    @property
    def sentence(self):
        return self.told or self.text


def phrase(wordlist, entropy):
    """The recovery phrase of an entropy in a word list (BIP-39)."""
    chinese = wordlist in UNSPACED
    listed = (
        list(chinese_list(wordlist.removeprefix("zh_")))
        if chinese
        else [row.word for row in listed_words(wordlist)]
    )
    data = bytes.fromhex(entropy)
    checksum = format(hashlib.sha256(data).digest()[0], "08b")[: len(data) // 4]
    bits = format(int(entropy, 16), f"0{len(data) * 8}b") + checksum
    words = tuple(listed[int(bits[at : at + 11], 2)] for at in range(0, len(bits), 11))
    joined = {"ja": "\u3000"}.get(wordlist, "" if chinese else " ").join(words)
    return Secret(f"phrase {wordlist} {entropy[:8]}", joined, words)


def phrases():
    """All phrases, the languages in turn: each is planted at one place only."""
    both = product(zip(ENTROPIES, OTHER_ENTROPIES, strict=True), LANGUAGES)
    # The two Chinese lists share most characters: they never get the same entropy.
    return (phrase(wordlist, pair[wordlist == "zh_traditional"]) for pair, wordlist in both)


def other_secrets():
    """Keys of every form, and a PIN, each as a customer would tell it."""
    told = {
        "hex key": f"my private key is {KEYS['hex key']}",
        "keystore": f"this is my keystore {KEYSTORE_V3}",
    }
    keys = [Secret(name, key, told=told.get(name, f"here: {key}")) for name, key in KEYS.items()]
    return [*keys, Secret("PIN", PIN, told=f"my PIN is {PIN}")]
