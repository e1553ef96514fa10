"""What a person is shown whatever else fails: compiled in, needing no file, no clock and no network.

A test holds each number here equal to the content.
"""

DANGER = "In danger now? Ring 999. Can't speak? Ring 999 from a mobile, then press 55."

MASH = "020 8901 2690"
ADULTS = ("020 8736 6153", "020 8416 8412", "020 8420 9453")
EMERGENCY_DUTY_TEAM = "020 8424 0999"
OFFICE_HOURS = "Monday to Friday 9 am to 5 pm, except bank holidays"

CHILD = f"Worried about a child: Harrow MASH {MASH}, {OFFICE_HOURS}."
ADULT = (
    f"Worried about an adult: Harrow's adults' team, the same hours. Three numbers are published, each not confirmed: "
    f"{ADULTS[0]} (not confirmed), {ADULTS[1]} (not confirmed), {ADULTS[2]} (not confirmed)."
)
OTHER_TIMES = f"At all other times, child or adult: Emergency Duty Team {EMERGENCY_DUTY_TEAM}."
NO_ANSWER = "No answer? Ring 101, or 999 if it cannot wait."

LINES = (DANGER, CHILD, ADULT, OTHER_TIMES, NO_ANSWER)

FOOTER = (
    f"Worried about someone? In danger 999. Child: MASH {MASH}. Adult: {ADULTS[0]}, {ADULTS[1]} or {ADULTS[2]} "
    f"(each not confirmed). Evenings, weekends, bank holidays: {EMERGENCY_DUTY_TEAM}. No answer: 101."
)
"""The line that ends every reply of any kind."""

TROUBLE = "Something went wrong here, and I could not work out an answer. Please do not wait for me."
