-- generated from the program folders by `impact contract render`; do not edit
select *
from {{ ref('int_cheer__barriers') }}
union all
select *
from {{ ref('int_dialogue_events__barriers') }}
union all
select *
from {{ ref('int_heal__barriers') }}
union all
select *
from {{ ref('int_hemophilia_b__barriers') }}
union all
select *
from {{ ref('int_research_policy__barriers') }}
union all
select *
from {{ ref('int_trust_survey__barriers') }}
