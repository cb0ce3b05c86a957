"""A second step counts in the session that gave it, not in every session of the account (ASVS 6.3.3)."""

from tests.house import House


def test_a_session_from_before_the_second_step_is_ended(house: House) -> None:
    receipt = house.submit()
    waiting = house.sign_in(second_step=False)  # signed in by password alone, before anything was set up
    house.sign_in()  # the account's owner sets up a second step elsewhere

    answer = waiting.get(f"/desk/inquiries/{receipt.receipt_number}/")

    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/desk/sign-in/")
    assert waiting.get("/desk/").status_code == 302
