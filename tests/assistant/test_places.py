"""What sources are told of the settings."""

from assistant.places import retriever_environment
from assistant.settings import load_settings


def test_sources_that_bring_their_own_client_are_told_the_proxy_and_the_authorities() -> None:
    settings = load_settings(proxy="http://proxy.example:3128", ca_bundle="/pki/authorities.pem")
    told = retriever_environment(settings, {})
    assert told["FOOTNOTE_PROXY"] == "http://proxy.example:3128"
    assert told["FOOTNOTE_CA_BUNDLE"] == "/pki/authorities.pem"


def test_without_a_proxy_none_is_named() -> None:
    assert retriever_environment(load_settings(), {"FOOTNOTE_PROXY": "http://other.example"})["FOOTNOTE_PROXY"] == ""
