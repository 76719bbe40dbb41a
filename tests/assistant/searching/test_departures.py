import asyncio

from assistant.searching.departures import Departures


async def order(departures: Departures, *places: int) -> list[int]:
    left: list[int] = []

    async def go(place: int) -> None:
        await departures.leave(place)
        left.append(place)

    await asyncio.gather(*(go(place) for place in places))
    return left


async def test_the_first_of_every_question_go_before_the_second_of_any() -> None:
    departures = Departures()
    assert await order(departures, 0, 1, 2, 0, 1, 2) == [0, 0, 1, 1, 2, 2]
    assert await order(departures, 1, 0) == [0, 1], "and again when all were gone"


async def test_others_get_their_turn_between_two_departures() -> None:
    departures, left, rounds = Departures(), [], []

    async def go() -> None:
        await departures.leave(0)
        left.append(1)

    async def watch() -> None:
        while len(left) < 5:
            rounds.append(len(left))
            await asyncio.sleep(0)

    await asyncio.gather(*(go() for _ in range(5)), watch())
    assert {1, 2, 3, 4} <= set(rounds)


async def test_one_who_stopped_waiting_holds_nobody_up() -> None:
    departures = Departures()
    stopped, stays = (asyncio.create_task(departures.leave(0)) for _ in range(2))
    await asyncio.sleep(0)
    stopped.cancel()
    async with asyncio.timeout(1):
        await stays
