//! Who is on the board: organisations with their members, and whoever looks for work.

use super::script::{House as HouseRow, PersonRow};
use super::timeline::Timeline;
use super::{DAY_S, DAYS, DemoError, HOUR_S, Stage};
use crate::app::founding;
use crate::base::bounds::{PUBLICATIONS_MAX, STATIONS_MAX};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::account::ACCOUNT_ID_PREFIX;
use crate::domain::email::Email;
use crate::domain::mail_wish;
use crate::domain::organization::{
    MEMBER_ID_PREFIX, MemberRole, Membership, Organization, OrganizationDraft, OrganizationSize,
};
use crate::domain::profile::{
    Language, LanguageLevel, PUBLICATION_ID_PREFIX, ProfileFields, PublicationFields,
    STATION_ID_PREFIX, Section, StationFields, Visibility,
};
use crate::domain::slug;
use crate::domain::user::{ROLE_USER, USER_ID_PREFIX, User, UserKind};
use crate::store::profile_lists::{self, Shelf};
use crate::store::{Statement, accounts, mail_refusals, members, organizations, profiles, users};

/// The domain of everybody's address, of which there is none. Source: RFC 2606.
const DOMAIN: &str = "demo.invalid";

/// Two-letter code of the country in which the script plays.
pub const COUNTRY: &str = "ES";

/// Everybody.
pub struct Cast {
    /// Organisations, in the order of the script.
    pub houses: Vec<House>,
    /// Whoever looks for work.
    pub people: Vec<User>,
}

/// An organisation and who acts for it.
pub struct House {
    /// The organisation.
    pub organization: Organization,
    /// Its owner.
    pub owner: User,
    /// Its recruiter.
    pub recruiter: User,
}

impl Cast {
    /// Has everybody come.
    ///
    /// # Errors
    /// `Script` for somebody whose name makes no address; `Board`.
    pub async fn engage(
        stage: Stage<'_>,
        hash: &str,
        timeline: &mut Timeline,
    ) -> Result<Self, DemoError> {
        let mut houses = Vec::new();
        for row in &stage.script.organizations {
            houses.push(house(stage, row, hash, timeline).await?);
        }
        let mut people = Vec::new();
        for row in stage.script.people() {
            people.push(professional(stage, row, hash, timeline)?);
        }
        Ok(Self { houses, people })
    }
}

async fn house(
    stage: Stage<'_>,
    row: &HouseRow,
    hash: &str,
    timeline: &mut Timeline,
) -> Result<House, DemoError> {
    let (app, at) = (stage.app, stage.days_ago(DAYS));
    let draft = OrganizationDraft {
        website: Some(row.website.clone()),
        description: Some(row.description.clone()),
        sector: Some(row.sector.clone()),
        size: OrganizationSize::parse(&row.size),
        city: Some(row.city.clone()),
        state: Some(row.state.clone()),
        country: Some(String::from(COUNTRY)),
        ..OrganizationDraft::named(row.name.clone())
    };
    let made = founding::drawn(app, draft, at).await?;
    let organization = Organization { is_verified: stage.dice.happens(70), ..made };
    let kind = UserKind::Organization;
    let owner = person(stage, &row.owner, (kind, None), at)?;
    let mut writes = account(stage, &owner, hash);
    writes.extend(founding::writes(app, &organization, &owner.id, at));
    timeline.writes(at, writes);
    let joined_at = at.plus_s(stage.dice.between(HOUR_S, DAY_S / 4));
    let recruiter = person(stage, &row.recruiter, (kind, None), joined_at)?;
    let membership =
        Membership { organization_id: organization.id.clone(), role: MemberRole::Recruiter };
    let member_id = app.entropy.id(MEMBER_ID_PREFIX, joined_at);
    let mut writes = account(stage, &recruiter, hash);
    writes.push(organizations::lock(&organization.id, joined_at));
    writes.push(members::insert(&member_id, &recruiter.id, &membership, joined_at));
    writes.push(members::belong(&recruiter.id, &organization.id, joined_at));
    timeline.writes(joined_at, writes);
    Ok(House { organization, owner, recruiter })
}

fn professional(
    stage: Stage<'_>,
    row: &PersonRow,
    hash: &str,
    timeline: &mut Timeline,
) -> Result<User, DemoError> {
    let PersonRow(name, profession, _field) = row;
    let at = stage.days_ago(stage.dice.between(DAYS / 2, DAYS));
    let user = person(stage, name, (UserKind::Professional, Some(profession)), at)?;
    let mut writes = account(stage, &user, hash);
    writes.extend(profile(stage, row, &user)?);
    timeline.writes(at, writes);
    Ok(user)
}

fn person(
    stage: Stage<'_>,
    name: &str,
    (kind, profession): (UserKind, Option<&String>),
    at: Millis,
) -> Result<User, DemoError> {
    let address = format!("{}@{DOMAIN}", slug::of(name, "persona").replace('-', "."));
    let wrong = || DemoError::Script(format!("{address} is no address"));
    Ok(User {
        id: stage.app.entropy.id(USER_ID_PREFIX, at),
        name: name.to_owned(),
        email: Email::parse(&address).ok_or_else(wrong)?,
        email_verified: true,
        image: None,
        role: String::from(ROLE_USER),
        ban: None,
        is_active: true,
        locale: Some(Locale::Es),
        kind,
        profession: profession.cloned(),
        organization_id: None,
        created_at: at,
        updated_at: at,
    })
}

/// Returns the writes of somebody with the one password, who wants no mail of any kind.
fn account(stage: Stage<'_>, user: &User, hash: &str) -> Vec<Statement> {
    let at = user.created_at;
    let credential_id = stage.app.entropy.id(ACCOUNT_ID_PREFIX, at);
    let mut writes =
        vec![users::insert(user), accounts::insert_credential(&credential_id, &user.id, hash, at)];
    let kinds = mail_wish::OPTIONAL.into_iter();
    writes.extend(kinds.map(|kind| mail_refusals::refuse(&user.id, kind, at)));
    writes
}

fn profile(stage: Stage<'_>, row: &PersonRow, user: &User) -> Result<Vec<Statement>, DemoError> {
    let PersonRow(_name, profession, field) = row;
    let (script, dice, at) = (stage.script, stage.dice, user.created_at);
    let house = dice.pick(&script.organizations);
    let same_field = script.offers().filter(|offer| offer.2 == *field);
    let mut skills: Vec<String> = same_field.flat_map(|offer| offer.8.clone()).take(6).collect();
    skills.dedup();
    let level = [LanguageLevel::B2, LanguageLevel::C1, LanguageLevel::C2];
    let language = |code: &str, level| Language { code: code.to_owned(), level };
    let english = dice.pick(&level).copied().unwrap_or(LanguageLevel::B1);
    let visibility = match dice.between(0, 9) {
        0 => Visibility::Hidden,
        1..=3 => Visibility::Organizations,
        _often => Visibility::Public,
    };
    let fields = ProfileFields {
        headline: Some(profession.clone()),
        bio: dice.pick(&script.bios).cloned(),
        profession: Some(profession.clone()),
        field: Some(field.name().to_owned()),
        location: house.map(|house| format!("{}, {}", house.city, house.state)),
        skills,
        languages: vec![language("es", LanguageLevel::Native), language("en", english)],
        availability: dice.pick(&script.availability).cloned(),
        visibility,
        ..ProfileFields::default()
    };
    let mut writes = vec![profiles::fields_set(&user.id, &fields, None, at)?];
    writes.extend(stations(stage, (profession, user)));
    if let Some(title) = dice.pick(&script.papers).filter(|_| dice.happens(60)) {
        let id = stage.app.entropy.id(PUBLICATION_ID_PREFIX, at);
        let fields = PublicationFields {
            title: title.clone(),
            venue: dice.pick(&script.journals).cloned(),
            year: dice.between(2016, 2025),
            doi: None,
        };
        writes.push(profile_lists::publication_add(&id, &user.id, &fields, (PUBLICATIONS_MAX, at)));
    }
    Ok(writes)
}

/// Returns the writes of where somebody learned and worked.
fn stations(stage: Stage<'_>, (profession, user): (&str, &User)) -> Vec<Statement> {
    let (script, dice, at) = (stage.script, stage.dice, user.created_at);
    let left = dice.between(2010, 2019);
    let places = [
        (Section::Education, &script.schools, left - 5, Some(left)),
        (Section::Experience, &script.workplaces, left + 1, None),
    ];
    let station = |(section, names, from, to): (Section, &Vec<String>, i64, Option<i64>)| {
        let fields = StationFields {
            title: profession.to_owned(),
            institution: dice.pick(names)?.clone(),
            start_date: format!("{from}-09"),
            end_date: to.map(|year| format!("{year}-06")),
            description: None,
        };
        let id = stage.app.entropy.id(STATION_ID_PREFIX, at);
        let shelf = Shelf { user_id: &user.id, section };
        Some(profile_lists::station_add(&id, shelf, &fields, (STATIONS_MAX, at)))
    };
    places.into_iter().filter_map(station).collect()
}
